package dev.tronie.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/**
 * An identity provider: publishes its key (JWKS, RFC 7517) and gives tokens (RS256, RFC 7519) for a client's secret (RFC 6749, 4.4). What kind
 * of token a client gets is in its path. Thread-safe.
 */
final class TokenIssuer implements AutoCloseable {
    static final String AUDIENCE = "kafka";
    static final String SECRET = "a-client-secret";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer server;
    private final KeyPair keys;

    TokenIssuer() throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks", exchange -> answer(exchange, 200, jwks()));
        server.createContext("/token", this::give);
        server.createContext("/token-for-others", exchange -> answer(exchange, 200, token("tronie-pipeline", "somebody-else", 600)));
        server.createContext("/expired-token", exchange -> answer(exchange, 200, token("tronie-pipeline", AUDIENCE, -600)));
        server.start();
    }

    /** Where something is. */
    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void give(HttpExchange exchange) throws IOException {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        String client = given == null ? ":" : new String(Base64.getDecoder().decode(given.replace("Basic ", "")), UTF_8);
        boolean right = client.endsWith(":" + SECRET);
        answer(exchange, right ? 200 : 401, right ? token(client.substring(0, client.indexOf(':')), AUDIENCE, 600) : "{\"error\":\"invalid_client\"}");
    }

    private String token(String subject, String audience, long livesSeconds) {
        long now = System.currentTimeMillis() / 1_000;
        String signed = encode("{\"alg\":\"RS256\",\"kid\":\"test\"}") + "." + encode("{\"iss\":\"tests\",\"sub\":\"" + subject + "\",\"aud\":\"" + audience + "\",\"scope\":\"kafka\",\"iat\":"
                + (Math.min(now, now + livesSeconds) - 60) + ",\"exp\":" + (now + livesSeconds) + "}");
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return "{\"access_token\":\"" + signed + "." + BASE64.encodeToString(signature.sign()) + "\",\"token_type\":\"Bearer\",\"expires_in\":" + livesSeconds + "}";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String jwks() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"test\",\"n\":\"" + unsigned(key.getModulus()) + "\",\"e\":\"" + unsigned(key.getPublicExponent()) + "\"}]}";
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return BASE64.encodeToString(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String encode(String json) {
        return BASE64.encodeToString(json.getBytes(UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
