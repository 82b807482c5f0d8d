package dev.tronie.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority and what it signs, made by the JDK's keytool in a folder. Used by one thread. */
final class Certificates {
    static final String PASSWORD = "changeit";

    private final Path folder;

    /** An authority, and a trust store that holds it. */
    Certificates(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        keytool("-genkeypair", "-alias", "authority", "-keyalg", "EC", "-dname", "CN=authority", "-ext", "bc=ca:true", "-validity", "30", "-keystore", path("authority.p12"));
        keytool("-exportcert", "-rfc", "-alias", "authority", "-keystore", path("authority.p12"), "-file", path("authority.pem"));
        keytool("-importcert", "-noprompt", "-alias", "authority", "-file", path("authority.pem"), "-keystore", path("trust.p12"));
    }

    Path trustStore() {
        return folder.resolve("trust.p12");
    }

    /** A key store with a key and its certificate, valid for localhost; already over where {@code expired}. */
    Path signed(String name, boolean expired) throws IOException, InterruptedException {
        String store = path(name + ".p12");
        List<String> dates = expired ? List.of("-startdate", "-10d", "-validity", "5") : List.of("-validity", "30");
        keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-validity", "30", "-keystore", store);
        keytool("-certreq", "-alias", name, "-keystore", store, "-file", path(name + ".csr"));
        List<String> sign = new ArrayList<>(List.of("-gencert", "-rfc", "-alias", "authority", "-keystore", path("authority.p12"), "-infile", path(name + ".csr"), "-outfile",
                path(name + ".pem"), "-ext", "san=dns:localhost"));
        sign.addAll(dates);
        keytool(sign.toArray(String[]::new));
        keytool("-importcert", "-noprompt", "-alias", "authority", "-file", path("authority.pem"), "-keystore", store);
        keytool("-importcert", "-noprompt", "-alias", name, "-file", path(name + ".pem"), "-keystore", store);
        return Path.of(store);
    }

    private String path(String file) {
        return folder.resolve(file).toString();
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        Collections.addAll(command, arguments);
        command.addAll(List.of("-storepass", PASSWORD));
        Path log = folder.resolve("keytool.log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool: " + Files.readString(log));
        }
    }
}
