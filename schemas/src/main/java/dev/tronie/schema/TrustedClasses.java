package dev.tronie.schema;

import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that the generated classes of this package may be made from data. Since 1.12.2 Avro makes no class by a schema's name
 * unless it is trusted; whoever reads or writes the topics with the generated classes calls {@link #install()} first.
 */
public final class TrustedClasses {
    private static boolean installed;

    private TrustedClasses() {
    }

    /** Adds this package's records and enums to what Avro trusts already. Idempotent; safe to call from many threads. */
    public static synchronized void install() {
        if (!installed) {
            ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), TrustedClasses::ours));
            installed = true;
        }
    }

    private static boolean ours(Class<?> type) {
        return type.getPackageName().equals(TrustedClasses.class.getPackageName())
                && (SpecificRecord.class.isAssignableFrom(type) || GenericEnumSymbol.class.isAssignableFrom(type) || type.isEnum());
    }
}
