// Keys of TLS, SASL, ACLs and policies. What a user would believe to be protected is refused;
// what only describes how (key stores, callbacks) has no effect as long as no listener uses it.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kSecurityKeys[] = {
    broker("allow.everyone.if.no.acl.found", kBool, "false")
        .from(Known::kafka_internal)
        .without_effect(kSecurityLater, "Whether a resource without ACLs is open."),
    broker("alter.config.policy.class.name", kClass, kNull)
        .refused(kJavaClass, "The class that may refuse a changed configuration."),
    broker("authorizer.class.name", kString, "")
        .refused(kSecurityLater, "The class that checks ACLs."),
    broker("config.providers", kList, "")
        .dynamic()
        .refused(kJavaClass, "Classes that fill in ${…} in values."),
    broker("connection.failed.authentication.delay.ms", kInt, "100")
        .at_least(0)
        .without_effect(kSecurityLater),
    broker("connections.max.reauth.ms", kLong, "0").without_effect(kSecurityLater),
    broker("create.topic.policy.class.name", kClass, kNull)
        .refused(kJavaClass, "The class that may refuse a new topic."),
    broker("delegation.token.expiry.check.interval.ms", kLong, "3600000")
        .at_least(1)
        .without_effect(kSecurityLater),
    broker("delegation.token.expiry.time.ms", kLong, "86400000")
        .at_least(1)
        .without_effect(kSecurityLater),
    broker("delegation.token.master.key", kPassword, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kSecurityLater),
    broker("delegation.token.max.lifetime.ms", kLong, "604800000")
        .at_least(1)
        .without_effect(kSecurityLater),
    broker("delegation.token.secret.key", kPassword, kNull).without_effect(kSecurityLater),
    broker("password.encoder.cipher.algorithm", kString, "AES/CBC/PKCS5Padding")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("password.encoder.iterations", kInt, "4096")
        .at_least(1024)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("password.encoder.key.length", kInt, "128")
        .at_least(8)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("password.encoder.keyfactory.algorithm", kString, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("password.encoder.old.secret", kPassword, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("password.encoder.secret", kPassword, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("principal.builder.class", kClass,
           "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder")
        .dynamic()
        .without_effect(kJavaClass),
    broker("sasl.client.callback.handler.class", kClass, kNull).without_effect(kSecurityLater),
    broker("sasl.enabled.mechanisms", kList, "GSSAPI").dynamic().without_effect(kSecurityLater),
    broker("sasl.jaas.config", kPassword, kNull).dynamic().without_effect(kSecurityLater),
    broker("sasl.kerberos.kinit.cmd", kString, "/usr/bin/kinit")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.kerberos.min.time.before.relogin", kLong, "60000")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.kerberos.principal.to.local.rules", kList, "DEFAULT")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.kerberos.service.name", kString, kNull).dynamic().without_effect(kSecurityLater),
    broker("sasl.kerberos.ticket.renew.jitter", kDouble, "0.05")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.kerberos.ticket.renew.window.factor", kDouble, "0.8")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.login.callback.handler.class", kClass, kNull).without_effect(kSecurityLater),
    broker("sasl.login.class", kClass, kNull).without_effect(kSecurityLater),
    broker("sasl.login.connect.timeout.ms", kInt, kNull).without_effect(kSecurityLater),
    broker("sasl.login.read.timeout.ms", kInt, kNull).without_effect(kSecurityLater),
    broker("sasl.login.refresh.buffer.seconds", kShort, "300")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.login.refresh.min.period.seconds", kShort, "60")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.login.refresh.window.factor", kDouble, "0.8")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.login.refresh.window.jitter", kDouble, "0.05")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.login.retry.backoff.max.ms", kLong, "10000").without_effect(kSecurityLater),
    broker("sasl.login.retry.backoff.ms", kLong, "100").without_effect(kSecurityLater),
    broker("sasl.mechanism.controller.protocol", kString, "GSSAPI").without_effect(kSecurityLater),
    broker("sasl.mechanism.inter.broker.protocol", kString, "GSSAPI")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.algorithm", kString, "RS256")
        .one_of(kJwtAlgorithms, Check::Kind::one_of_any_case)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.claim.aud", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.claim.exp.seconds", kInt, "300")
        .between(0, 86400)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.claim.iss", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.claim.jti.include", kBool, "false")
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.claim.nbf.seconds", kInt, "60")
        .between(0, 3600)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.claim.sub", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.file", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.private.key.file", kString, kNull)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.private.key.passphrase", kPassword, kNull)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.assertion.template.file", kString, kNull)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.client.credentials.client.id", kString, kNull)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.client.credentials.client.secret", kPassword, kNull)
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.clock.skew.seconds", kInt, "30").without_effect(kSecurityLater),
    broker("sasl.oauthbearer.expected.audience", kList, "").without_effect(kSecurityLater),
    broker("sasl.oauthbearer.expected.issuer", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.oauthbearer.jwks.endpoint.refresh.ms", kLong, "3600000")
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", kLong, "10000")
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", kLong, "100")
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.jwks.endpoint.url", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.oauthbearer.jwt.retriever.class", kClass,
           "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever")
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.jwt.validator.class", kClass,
           "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator")
        .without_effect(kSecurityLater),
    broker("sasl.oauthbearer.scope", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.oauthbearer.scope.claim.name", kString, "scope").without_effect(kSecurityLater),
    broker("sasl.oauthbearer.sub.claim.name", kString, "sub").without_effect(kSecurityLater),
    broker("sasl.oauthbearer.token.endpoint.url", kString, kNull).without_effect(kSecurityLater),
    broker("sasl.server.callback.handler.class", kClass, kNull).without_effect(kSecurityLater),
    broker("sasl.server.max.receive.size", kInt, "524288").without_effect(kSecurityLater),
    broker("security.inter.broker.protocol", kString, "PLAINTEXT")
        .one_of(kSecurityProtocols)
        .without_effect(kSecurityLater),
    broker("security.providers", kString, kNull).without_effect(kSecurityLater),
    broker("ssl.allow.dn.changes", kBool, "false").without_effect(kSecurityLater),
    broker("ssl.allow.san.changes", kBool, "false").without_effect(kSecurityLater),
    broker("ssl.cipher.suites", kList, "").dynamic().without_effect(kSecurityLater),
    broker("ssl.client.auth", kString, "none")
        .one_of(kClientAuth)
        .dynamic()
        .without_effect(kSecurityLater),
    broker("ssl.enabled.protocols", kList, "TLSv1.2,TLSv1.3")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("ssl.endpoint.identification.algorithm", kString, "https")
        .dynamic()
        .without_effect(kSecurityLater),
    broker("ssl.engine.factory.class", kClass, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.key.password", kPassword, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.keymanager.algorithm", kString, "SunX509").dynamic().without_effect(kSecurityLater),
    broker("ssl.keystore.certificate.chain", kPassword, kNull)
        .dynamic()
        .without_effect(kSecurityLater),
    broker("ssl.keystore.key", kPassword, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.keystore.location", kString, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.keystore.password", kPassword, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.keystore.type", kString, "JKS").dynamic().without_effect(kSecurityLater),
    broker("ssl.principal.mapping.rules", kString, "DEFAULT").without_effect(kSecurityLater),
    broker("ssl.protocol", kString, "TLSv1.3").dynamic().without_effect(kSecurityLater),
    broker("ssl.provider", kString, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.secure.random.implementation", kString, kNull)
        .dynamic()
        .without_effect(kSecurityLater),
    broker("ssl.trustmanager.algorithm", kString, "PKIX").dynamic().without_effect(kSecurityLater),
    broker("ssl.truststore.certificates", kPassword, kNull)
        .dynamic()
        .without_effect(kSecurityLater),
    broker("ssl.truststore.location", kString, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.truststore.password", kPassword, kNull).dynamic().without_effect(kSecurityLater),
    broker("ssl.truststore.type", kString, "JKS").dynamic().without_effect(kSecurityLater),
    broker("super.users", kString, "")
        .from(Known::kafka_internal)
        .without_effect(kSecurityLater, "Principals that every ACL lets pass."),
};

}  // namespace kelp::config::table
