package dev.headroom.management;

import static io.restassured.RestAssured.given;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.jwt.build.Jwt;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/// A monitor that asks for a token of an OpenID provider, whose key it was given.
@QuarkusTest
@TestProfile(TokenTest.Protected.class)
class TokenTest {

  @ConfigProperty(name = "test.provider.private-key")
  String provider = "";

  /// What an operator sets.
  public static final class Protected implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      KeyPair keys = keys();
      return Map.of(
          "headroom.http.access", "authenticated",
          "headroom.http.scrape-access", "authenticated",
          "headroom.http.oidc", "true",
          "quarkus.oidc.client-id", "headroom",
          "quarkus.oidc.public-key",
              Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
          "test.provider.private-key",
              Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
    }
  }

  @Test
  void onlyTheProvidersTokensOpen() throws GeneralSecurityException {
    PrivateKey key =
        KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(provider)));
    String token = token(key, Duration.ofMinutes(5));
    String forged = token(keys().getPrivate(), Duration.ofMinutes(5));
    String old = token(key, Duration.ofMinutes(-5));

    given().get("/api/v1/jobs").then().statusCode(401);
    given().get("/metrics").then().statusCode(401);
    given().get("/q/health/live").then().statusCode(200);
    given().auth().oauth2(token).get("/api/v1/jobs").then().statusCode(200);
    given().auth().oauth2(token).get("/metrics").then().statusCode(200);
    given().auth().oauth2(forged).get("/api/v1/jobs").then().statusCode(401);
    given().auth().oauth2(old).get("/api/v1/jobs").then().statusCode(401);
  }

  private static String token(PrivateKey key, Duration valid) {
    return Jwt.upn("operator").expiresIn(valid).sign(key);
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without RSA", e);
    }
  }
}
