//! Checks of the way in: who is let in from where, with what, and whether under TLS.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "tls-off",
        stage: "way in",
        severity: Severity::Warning,
        needs: Needs::Anybody,
        means: "everybody on the way reads along, passwords of roles excepted",
        how: How::Sql(
            "select format('ssl = off, and the server listens on %s', current_setting('listen_addresses')),
                    E'ssl = on\\nssl_cert_file = ''server.crt''\\nssl_key_file = ''server.key'''
              where current_setting('ssl') = 'off'
                and current_setting('listen_addresses') !~ '^ *((localhost|127\\.0\\.0\\.1|::1) *,? *)*$'",
        ),
    },
    Check {
        code: "password-md5",
        stage: "way in",
        severity: Severity::Warning,
        needs: Needs::Anybody,
        means: "an md5 password in a dump or in the traffic is as good as the password itself",
        how: How::Sql(
            "select 'password_encryption = md5: passwords chosen from now on are stored so',
                    'alter system set password_encryption = ''scram-sha-256''; select pg_reload_conf();'
              where current_setting('password_encryption') = 'md5'",
        ),
    },
    Check {
        code: "password-md5-kept",
        stage: "way in",
        severity: Severity::Warning,
        needs: Needs::Superuser,
        means: "an md5 password in a dump or in the traffic is as good as the password itself",
        how: How::Sql(
            "select format('the password of %s is kept as md5', a.rolname),
                    case when a.rolname = {{client_name}} then '-- rowhouse init --new-login-password'
                         else format('\\password %s', quote_ident(a.rolname)) end,
                    case when a.rolname = {{client_name}} then 'serious' end
               from pg_authid a where a.rolcanlogin and a.rolpassword ^@ 'md5'",
        ),
    },
    Check {
        code: "hba-plaintext",
        stage: "way in",
        severity: Severity::Serious,
        needs: Needs::Superuser,
        means: "a client that is told to, or forced to, speaks without TLS, and everybody on the way \
                reads and alters what is said",
        how: How::Sql(
            "select format('pg_hba.conf line %s lets %s in from %s without TLS', h.line_number,
                           array_to_string(h.user_name, ','), h.address),
                    format('hostssl %s %s %s scram-sha-256   # line %s', array_to_string(h.database, ','),
                           array_to_string(h.user_name, ','), concat_ws(' ', h.address, h.netmask), h.line_number)
               from pg_hba_file_rules h
              where h.error is null and h.type in ('host', 'hostnossl') and h.auth_method <> 'reject'
                and h.database && array['all', 'sameuser', 'samerole', current_database()::text]
                and h.address not in ('127.0.0.1', '::1', 'localhost', 'samehost')",
        ),
    },
    Check {
        code: "hba-trust",
        stage: "way in",
        severity: Severity::Serious,
        needs: Needs::Superuser,
        means: "whoever reaches that door is whatever role they say, the superuser included",
        how: How::Sql(
            "select format('pg_hba.conf line %s trusts everybody at %s', h.line_number,
                           coalesce(h.address, 'the local socket')),
                    format('%s %s %s %s %s   # line %s', h.type, array_to_string(h.database, ','),
                           array_to_string(h.user_name, ','), concat_ws(' ', h.address, h.netmask),
                           case h.type when 'local' then 'peer' else 'scram-sha-256' end, h.line_number),
                    case when h.type = 'local' then 'note'
                         when h.address in ('127.0.0.1', '::1', 'localhost', 'samehost') then 'warning' end
               from pg_hba_file_rules h
              where h.error is null and h.auth_method = 'trust'
                and h.database && array['all', 'sameuser', 'samerole', current_database()::text]",
        ),
    },
    Check {
        code: "hba-password",
        stage: "way in",
        severity: Severity::Warning,
        needs: Needs::Superuser,
        means: "a password travels as it is, or nearly so",
        how: How::Sql(
            "select format('pg_hba.conf line %s asks for %s', h.line_number, h.auth_method),
                    format('%s %s %s %s scram-sha-256   # line %s', h.type,
                           array_to_string(h.database, ','), array_to_string(h.user_name, ','),
                           concat_ws(' ', h.address, h.netmask), h.line_number),
                    case when h.auth_method = 'md5' then 'note' end
               from pg_hba_file_rules h
              where h.error is null and h.auth_method in ('password', 'md5')
                and h.database && array['all', 'sameuser', 'samerole', current_database()::text]",
        ),
    },
    Check {
        code: "hba-unread",
        stage: "way in",
        severity: Severity::Warning,
        needs: Needs::Superuser,
        means: "the server goes on with the rules from before, and does not start with these",
        how: How::Sql(
            "select format('pg_hba.conf line %s cannot be read: %s', h.line_number, h.error),
                    '-- correct the line, then select pg_reload_conf();'
               from pg_hba_file_rules h where h.error is not null",
        ),
    },
];
