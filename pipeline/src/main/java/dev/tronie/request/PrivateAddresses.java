package dev.tronie.request;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;

/** Addresses that lead nowhere but into one's own network (RFC 1918, 3927, 4193, 4291, 6598). Pure. */
final class PrivateAddresses {
    private PrivateAddresses() {
    }

    /** Whether an address is of the machine itself, its network, or nobody's. */
    static boolean contains(InetAddress address) {
        return address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isLinkLocalAddress() || address.isSiteLocalAddress() || address.isMulticastAddress()
                || address instanceof Inet6Address && (address.getAddress()[0] & 0xFE) == 0xFC
                || address instanceof Inet4Address && (address.getAddress()[0] & 0xFF) == 100 && (address.getAddress()[1] & 0xC0) == 64;
    }

    /** Whether a URI's host is written as an address, or is localhost: whoever allows it knows where it leads. */
    static boolean isWrittenOut(String host) {
        return host.startsWith("[") || host.matches("[0-9.]+") || host.toLowerCase(Locale.ROOT).equals("localhost");
    }
}
