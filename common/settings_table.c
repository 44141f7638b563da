/* settings_table.c - the groups and keys of the configuration, a row each.
 * tools/check-docs reads these rows: each starts its line with group and key. */
#include "common/settings_table.h"

#define DESK(member) .place = offsetof(Settings, member)
#define MAILBOX(member) .place = offsetof(MailboxSettings, member)
#define TEAM(member) .place = offsetof(TeamSettings, member)
#define ORGANISATION(member) .place = offsetof(OrganisationSettings, member)
#define ELSEWHERE(member) .place = offsetof(ElsewhereSettings, member)
#define OAUTH2(member) .place = offsetof(OAuth2Settings, member)
#define OPENID(member) .place = offsetof(OpenIdSettings, member)

#define NAMED(type, array_member, name_member)                                             \
	.is_named = true, .size = sizeof(type), .array = offsetof(Settings, array_member), \
	.name = offsetof(type, name_member)

/* clang-format off */
const SettingGroup setting_groups[] = {
	{ .group = "Desk" },
	{ .group = "Store" },
	{ .group = "Mailbox", NAMED(MailboxSettings, mailboxes, name) },
	{ .group = "Smtp" },
	{ .group = "Directory" },
	{ .group = "Portal" },
	{ .group = "Card" },
	{ .group = "Team", NAMED(TeamSettings, teams, id) },
	{ .group = "Organisation", NAMED(OrganisationSettings, organisations, code) },
	{ .group = "Elsewhere", NAMED(ElsewhereSettings, elsewhere, id) },
	{ .group = "OAuth2", NAMED(OAuth2Settings, oauth2, name) },
	{ .group = "OpenID", NAMED(OpenIdSettings, openid, name) },
};
const gsize setting_groups_count = G_N_ELEMENTS(setting_groups);

const SettingRow setting_rows[] = {
	{ "Desk", "Name", &setting_localised, DESK(name), .standard = "PersoContact" },
	{ "Desk", "Address", &setting_address, DESK(address), .is_required = true },
	{ "Desk", "SubAddress", &setting_separator, DESK(sub_address), .standard = "+" },
	{ "Desk", "Url", &setting_url, DESK(url), .is_required = true },
	{ "Desk", "Language", &setting_choice, DESK(language), .standard = "nl",
	  .choices = "nl|fr|de|en" },
	{ "Desk", "TimeZone", &setting_time_zone, DESK(time_zone), .standard = "Europe/Brussels" },
	{ "Desk", "Secret", &setting_secret, DESK(secret), .is_required = true },
	{ "Desk", "AnswerInMail", &setting_flag, DESK(answer_in_mail), .standard = "no",
	  .choices = "no|yes" },
	{ "Desk", "TrustAuthserv", &setting_text, DESK(trust_authserv), .may_be_empty = true,
	  .expected = "the name by which a mail server signs Authentication-Results" },
	{ "Desk", "Unverified", &setting_choice, DESK(unverified), .standard = "accept",
	  .choices = "accept|hold" },
	{ "Desk", "Strangers", &setting_choice, DESK(strangers), .standard = "refuse",
	  .choices = "refuse|hold|ignore" },
	{ "Desk", "Forms", &setting_path, DESK(forms), .may_be_empty = true },
	{ "Desk", "Reopen", &setting_duration, DESK(reopen), .standard = "90d" },
	{ "Desk", "Documents", &setting_flag, DESK(attach_documents), .standard = "attach",
	  .choices = "link|attach" },
	{ "Desk", "ScannedApproval", &setting_flag, DESK(scanned_approval), .standard = "no",
	  .choices = "no|yes" },
	{ "Desk", "PdfText", &setting_flag, DESK(pdf_text), .standard = "yes",
	  .choices = "no|yes" },
	{ "Desk", "RemindRequester", &setting_duration, DESK(remind_requester), .standard = "7d" },
	{ "Desk", "RemindApprover", &setting_duration, DESK(remind_approver), .standard = "3d" },
	{ "Desk", "WorkingHours", &setting_hours, DESK(working_hours), .standard = "07:00-20:00" },
	{ "Desk", "Calendar", &setting_path, DESK(calendar), .may_be_empty = true },
	{ "Desk", "AutomaticPerHour", &setting_number, DESK(automatic_per_hour), .standard = "10000",
	  .least = 1, .most = 1000000 },
	{ "Desk", "TestClock", &setting_factor, DESK(test_clock), .standard = "1",
	  .least = 1, .most = 1000000 },

	{ "Store", "Database", &setting_database, DESK(database), .is_required = true },

	{ "Mailbox", "Source", &setting_source, MAILBOX(source), .is_required = true },
	{ "Mailbox", "Password", &setting_secret, MAILBOX(password) },
	{ "Mailbox", "OAuth2", &setting_text, MAILBOX(oauth2),
	  .expected = "the NAME of a group [OAuth2 NAME]" },
	{ "Mailbox", "CaFile", &setting_path, MAILBOX(ca_file), .may_be_empty = true },
	{ "Mailbox", "After", &setting_choice, MAILBOX(after), .standard = "move",
	  .choices = "move|flag|delete" },
	{ "Mailbox", "Processed", &setting_text, MAILBOX(processed), .standard = "Processed" },
	{ "Mailbox", "Quarantine", &setting_text, MAILBOX(quarantine), .standard = "Quarantine" },
	{ "Mailbox", "Poll", &setting_number, MAILBOX(poll), .standard = "60",
	  .least = 5, .most = 3600 },
	{ "Mailbox", "Tls", &setting_choice, MAILBOX(tls), .standard = "required",
	  .choices = "required|none" },

	{ "Smtp", "Server", &setting_server, DESK(smtp.server), .is_required = true },
	{ "Smtp", "User", &setting_text, DESK(smtp.user), .may_be_empty = true },
	{ "Smtp", "Password", &setting_secret, DESK(smtp.password) },
	{ "Smtp", "OAuth2", &setting_text, DESK(smtp.oauth2),
	  .expected = "the NAME of a group [OAuth2 NAME]" },
	{ "Smtp", "CaFile", &setting_path, DESK(smtp.ca_file), .may_be_empty = true },
	{ "Smtp", "Connections", &setting_number, DESK(smtp.connections), .standard = "4",
	  .least = 1, .most = 64 },
	{ "Smtp", "From", &setting_address, DESK(smtp.from), .may_be_empty = true },
	{ "Smtp", "Tls", &setting_choice, DESK(smtp.tls), .standard = "required",
	  .choices = "required|none" },

	{ "Directory", "Url", &setting_directory, DESK(directory.url) },
	{ "Directory", "BindDn", &setting_text, DESK(directory.bind_dn), .may_be_empty = true },
	{ "Directory", "Password", &setting_secret, DESK(directory.password) },
	{ "Directory", "Base", &setting_text, DESK(directory.base), .may_be_empty = true },
	{ "Directory", "Filter", &setting_text, DESK(directory.filter),
	  .standard = "(&(objectClass=inetOrgPerson)(mail=*))" },
	{ "Directory", "CaFile", &setting_path, DESK(directory.ca_file), .may_be_empty = true },
	{ "Directory", "Attributes", &setting_text, DESK(directory.attributes),
	  .standard = "number=employeeNumber name=cn addresses=mail organisation=o"
		      " language=preferredLanguage manager=manager changed=modifyTimestamp" },
	{ "Directory", "Page", &setting_number, DESK(directory.page), .standard = "500",
	  .least = 1, .most = 1000 },
	{ "Directory", "Tls", &setting_choice, DESK(directory.tls), .standard = "required",
	  .choices = "required|none" },

	{ "Portal", "Listen", &setting_listen, DESK(listen), .standard = "127.0.0.1:8025" },
	{ "Portal", "Certificate", &setting_path, DESK(certificate), .may_be_empty = true },
	{ "Portal", "Key", &setting_path, DESK(key), .may_be_empty = true },
	{ "Portal", "LinkDays", &setting_number, DESK(link_days), .standard = "90",
	  .least = 1, .most = 3650 },
	{ "Portal", "LinksPerHour", &setting_number, DESK(links_per_hour), .standard = "600",
	  .least = 1, .most = 100000 },
	{ "Portal", "MailLink", &setting_flag, DESK(mail_link), .standard = "yes",
	  .choices = "no|yes" },
	{ "Portal", "SessionIdle", &setting_duration, DESK(session_idle), .standard = "2h",
	  .least = 60, .expected = "a time from 60s on, such as 30m or 2h" },
	{ "Portal", "SessionLongest", &setting_duration, DESK(session_longest), .standard = "12h",
	  .least = 60, .expected = "a time from 60s on, such as 8h or 1d" },
	{ "Portal", "RequestsPerMinute", &setting_number, DESK(requests_per_minute),
	  .standard = "6000", .least = 10, .most = 1000000 },
	{ "Portal", "TrustedProxies", &setting_networks, DESK(trusted_proxies), .standard = "" },

	{ "Card", "Url", &setting_url, DESK(card.url), .may_be_empty = true },
	{ "Card", "Listen", &setting_listen, DESK(card.listen), .may_be_empty = true },
	{ "Card", "Authorities", &setting_path, DESK(card.authorities), .may_be_empty = true },
	{ "Card", "Revocation", &setting_path, DESK(card.revocation), .may_be_empty = true },
	{ "Card", "Unchecked", &setting_flag, DESK(card.accepts_unchecked), .standard = "refuse",
	  .choices = "refuse|accept" },
	{ "Card", "Header", &setting_header, DESK(card.header), .may_be_empty = true },
	{ "Card", "VerifyHeader", &setting_header, DESK(card.verify_header),
	  .standard = "X-SSL-Client-Verify" },

	{ "Team", "Name", &setting_localised, TEAM(name) },
	{ "Team", "Address", &setting_address, TEAM(address), .may_be_empty = true },
	{ "Team", "Remind", &setting_duration, TEAM(remind), .standard = "0" },
	{ "Team", "Lead", &setting_address, TEAM(lead), .may_be_empty = true },
	{ "Team", "Digest", &setting_flag, TEAM(digest), .standard = "no", .choices = "no|yes" },

	{ "Organisation", "Name", &setting_localised, ORGANISATION(name) },
	{ "Organisation", "Domains", &setting_domains, ORGANISATION(domains), .standard = "" },
	{ "Organisation", "Digest", &setting_flag, ORGANISATION(digest), .standard = "no",
	  .choices = "no|yes" },

	{ "Elsewhere", "Name", &setting_localised, ELSEWHERE(name) },
	{ "Elsewhere", "Url", &setting_url, ELSEWHERE(url), .may_be_empty = true },
	{ "Elsewhere", "Telephone", &setting_text, ELSEWHERE(telephone), .may_be_empty = true },

	{ "OAuth2", "TokenUrl", &setting_token_url, OAUTH2(token_url), .is_required = true },
	{ "OAuth2", "ClientId", &setting_text, OAUTH2(client_id), .is_required = true },
	{ "OAuth2", "ClientSecret", &setting_secret, OAUTH2(client_secret) },
	{ "OAuth2", "RefreshToken", &setting_secret, OAUTH2(refresh_token) },
	{ "OAuth2", "Scope", &setting_text, OAUTH2(scope), .may_be_empty = true },
	{ "OAuth2", "User", &setting_text, OAUTH2(user), .may_be_empty = true },
	{ "OAuth2", "CaFile", &setting_path, OAUTH2(ca_file), .may_be_empty = true },

	{ "OpenID", "Name", &setting_localised, OPENID(title) },
	{ "OpenID", "Issuer", &setting_token_url, OPENID(issuer), .is_required = true },
	{ "OpenID", "ClientId", &setting_text, OPENID(client_id), .is_required = true },
	{ "OpenID", "ClientSecret", &setting_secret, OPENID(client_secret) },
	{ "OpenID", "PrivateKey", &setting_secret, OPENID(private_key) },
	{ "OpenID", "EncryptionKey", &setting_secret, OPENID(encryption_key) },
	{ "OpenID", "Scope", &setting_text, OPENID(scope), .standard = "openid email" },
	{ "OpenID", "Claim", &setting_text, OPENID(claim), .standard = "email" },
	{ "OpenID", "Who", &setting_choice, OPENID(who), .standard = "address",
	  .choices = "address|national-number" },
	{ "OpenID", "Algorithms", &setting_algorithms, OPENID(algorithms),
	  .standard = "RS256 PS256 ES256" },
	{ "OpenID", "AcrValues", &setting_words, OPENID(acr_values), .standard = "",
	  .may_be_empty = true },
	{ "OpenID", "Parameters", &setting_parameters, OPENID(parameters), .standard = "",
	  .may_be_empty = true },
	{ "OpenID", "CaFile", &setting_path, OPENID(ca_file), .may_be_empty = true },
};
/* clang-format on */
const gsize setting_rows_count = G_N_ELEMENTS(setting_rows);
