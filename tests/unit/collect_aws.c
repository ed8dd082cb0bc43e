// HMAC by its published vectors, signed requests, partitions; identities; what a simulation tells and what it does not.
#include "answer_table.h"

#include "base/digest.h"

// ---- HMAC (RFC 4231) and requests ------------------------------------------------------------------------

static const char *hmac(const char *key, size_t n, const char *text, size_t m)
{
    unsigned char sum[32];
    static char hex[65];
    ra_hmac_sha256((struct ra_span){key, n}, (struct ra_span){text, m}, sum);
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    return hex;
}

static void hmac_vectors(void **state)
{
    (void)state;
    char aa[131], dd[50], b20[20];
    memset(aa, 0xaa, sizeof aa);
    memset(dd, 0xdd, sizeof dd);
    memset(b20, 0x0b, sizeof b20);
    assert_string_equal(hmac(b20, 20, "Hi There", 8), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_string_equal(hmac("Jefe", 4, "what do ya want for nothing?", 28),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_string_equal(hmac(aa, 20, dd, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    assert_string_equal(hmac(aa, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54),
                        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void partitions(void **state)
{
    (void)state;
    static const char *const regions[][3] = {
        {"eu-west-3", "https://sts.amazonaws.com", "https://iam.amazonaws.com"},
        {"us-gov-east-1", "https://sts.us-gov-west-1.amazonaws.com", "https://iam.us-gov.amazonaws.com"},
        {"cn-northwest-1", "https://sts.cn-north-1.amazonaws.com.cn", "https://iam.cn-north-1.amazonaws.com.cn"},
        {NULL, "https://sts.amazonaws.com", "https://iam.amazonaws.com"}};
    for (size_t i = 0; i < RA_COUNT(regions); i++) {
        struct ra_url sts, iam;
        begin("aws", "amazonaws.com", "secret-access-key");
        credential.scope = regions[i][0];
        ra_provide_aws(&provide);
        assert_string_equal(provide.base[RA_BASE_AUX], regions[i][1]);
        assert_string_equal(provide.base[RA_BASE_API], regions[i][2]);
        assert_true(ra_url_parse(&arena, regions[i][1], &sts) && ra_url_parse(&arena, regions[i][2], &iam));
        assert_true(ra_url_belongs(&arena, "aws", RA_BASE_AUX, "amazonaws.com", &sts));
        assert_true(ra_url_belongs(&arena, "aws", RA_BASE_API, "amazonaws.com", &iam));
    }
    assert_string_equal(ra_aws_home("us-gov-east-1", "x"), "us-gov-west-1");
    assert_string_equal(ra_aws_home("cn-northwest-1", "x"), "cn-north-1");
    assert_string_equal(ra_aws_home("eu-west-3", "x"), "x");
}

// What goes onto the wire: every part in a header, the secret in none.
static void headers_of_a_request(void **state)
{
    (void)state;
    begin("aws", "amazonaws.com", NULL);
    struct ra_url url;
    ra_buf_puts(&asking.value, "a-secret-of-forty-characters-or-so-here");
    ra_buf_puts(&asking.id, "AKIDONE");
    ra_buf_puts(&asking.session, "a-session");
    const struct ra_request_row *row = &ra_requests[RA_REQUEST_AWS_SIMULATE];
    const char *const args[] = {"arn:aws:iam::1:user/a b"};
    struct ra_span body = ra_ask_body(&arena, row, args, 1);
    assert_true(ra_span_find(body, RA_SPAN("PolicySourceArn=arn%3Aaws%3Aiam%3A%3A1%3Auser%2Fa%20b&ActionNames.member.1=")) > 0);
    assert_true(ra_url_parse(&arena, "https://iam.amazonaws.com/", &url));
    const char *const *list = ra_ask_headers(&arena, &asking, row, &url, body);
    bool signed_ = false, session = false;
    for (size_t i = 0; list[i]; i++) {
        assert_null(strstr(list[i], "a-secret"));
        session |= strcmp(list[i], "X-Amz-Security-Token: a-session") == 0;
        signed_ |= strstr(list[i], "Credential=AKIDONE/") && strstr(list[i], "/us-east-1/iam/aws4_request") &&
                   strstr(list[i], "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token");
    }
    assert_true(signed_ && session);
    ra_buf_clear(&asking.id);
    assert_null(ra_ask_headers(&arena, &asking, row, &url, body));
    struct ra_buf *parts[] = {&asking.value, &asking.id, &asking.session};
    for (size_t i = 0; i < RA_COUNT(parts); i++)
        ra_buf_free(parts[i]);
}

// ---- what is simulated ----------------------------------------------------------------------------------

static void the_body_names_the_actions(void **state)
{
    (void)state;
    static const char *const names[] = {
#define RA_AWS(right, name, whole) name,
#include "providers/aws_actions.def"
#undef RA_AWS
    };
    const char *body = ra_requests[RA_REQUEST_AWS_SIMULATE].body;
    begin("aws", "amazonaws.com", NULL);
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (!strstr(body, ra_strfmt(&arena, "&ActionNames.member.%zu=%s%s", i + 1, names[i], i + 1 < RA_COUNT(names) ? "&" : "")))
            fail_msg("%s is not asked for", names[i]);
}

static const char *result(const char *action, const char *said, const char *missing)
{
    return ra_strfmt(&arena, "<member><MatchedStatements><member><SourcePolicyId>p</SourcePolicyId></member></MatchedStatements>"
                             "<EvalActionName>%s</EvalActionName><EvalResourceName>*</EvalResourceName>"
                             "<EvalDecision>%s</EvalDecision><MissingContextValues>%s</MissingContextValues></member>",
                     action, said, missing);
}
#define ME(arn) "<GetCallerIdentityResult><Arn>" arn "</Arn><Account>123456789012</Account></GetCallerIdentityResult>"
#define USER ME("arn:aws:iam::123456789012:user/dev")

static void account(const char *me, const char *results)
{
    begin("aws", "amazonaws.com", "secret-access-key");
    when("POST https://sts.amazonaws.com/ Action=GetCallerIdentity", 200, "", me);
    when("POST https://iam.amazonaws.com/ Action=Simulate", results ? 200 : 403, "",
         results ? ra_strfmt(&arena, "<EvaluationResults>%s</EvaluationResults>", results)
                 : "<Error><Code>AccessDenied</Code></Error>");
}

static void simulated(void **state)
{
    (void)state;
    account("", "");
    const char *results = ra_strfmt(&arena, "%s%s%s%s%s%s", result("s3:GetObject", "allowed", ""),
                                    result("dynamodb:Scan", "implicitDeny", ""), result("sts:AssumeRole", "explicitDeny", ""),
                                    result("organizations:LeaveOrganization", "implicitDeny", ""),
                                    result("route53:ChangeResourceRecordSets", "explicitDeny", "<member>aws:SourceIp</member>"),
                                    result("cloudtrail:StopLogging", "implicitDeny", ""));
    n_rows = 0;
    when("Action=GetCallerIdentity", 200, "", USER);
    when("PolicySourceArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Fdev&", 200, "",
         ra_strfmt(&arena, "<EvaluationResults>%s</EvaluationResults>", results));
    ra_provide_aws(&provide);
    expect("123456789012:data=read", PRESENT);
    assert_string_equal(ra_detail_find(grant("123456789012:data=read"), "actions")->text, "s3:GetObject");
    expect("123456789012:roles=assume", DENIED);
    expect("123456789012:names=write", UNKNOWN); // conditions
    expect_says(reason("123456789012:names=write"), "conditions");
    expect("123456789012:audit=stop", UNKNOWN);
    expect_says(reason("123456789012:audit=stop"), "single ones");
    expect("123456789012:account=close", UNKNOWN); // the other action was not told
    expect("123456789012:identities=write", UNKNOWN);
    expect("123456789012:other-actions=use", UNKNOWN);
    assert_true(asking.told);
    assert_string_equal(fact("account"), "123456789012");
}

static void identities(void **state)
{
    (void)state;
    account(ME("arn:aws:iam::123456789012:root"), NULL);
    ra_provide_aws(&provide);
    expect("123456789012:account=administer", PRESENT);
    assert_int_equal(n_asked, 1);
    account(ME("arn:aws:sts::123456789012:assumed-role/deploy/s1"), NULL);
    when("PolicySourceArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdeploy&", 200, "",
         ra_strfmt(&arena, "<EvaluationResults>%s</EvaluationResults>", result("kms:Decrypt", "allowed", "")));
    ra_provide_aws(&provide);
    expect("123456789012:secrets=read", PRESENT);
    account(USER, NULL);
    ra_provide_aws(&provide);
    expect("123456789012:data=delete", UNKNOWN);
    expect_says(reason("123456789012:data=delete"), "do not let this key ask");
    assert_true(asking.told);
    account(ME("arn:aws:sts::123456789012:federated-user/x"), NULL);
    ra_provide_aws(&provide);
    expect("123456789012:data=delete", UNKNOWN);
    assert_int_equal(n_asked, 1);
    static const struct {
        unsigned status;
        const char *body;
        bool dead;
    } ends[] = {{403, "<Code>ExpiredToken</Code>", true}, {403, "<Code>InvalidClientTokenId</Code>", false},
                {403, "<Code>SignatureDoesNotMatch</Code>", false}, {200, "<html></html>", false}, {200, "{}", false},
                {200, "<Arn>arn:aws:iam::1:user/x</Arn>", false}, {0, "", false}, {500, "", false}};
    for (size_t i = 0; i < RA_COUNT(ends); i++) {
        account(USER, "");
        when("Action=GetCallerIdentity", ends[i].status, "", ends[i].body);
        ra_provide_aws(&provide);
        assert_int_equal(asking.dead, ends[i].dead);
        assert_false(asking.told);
        assert_int_equal(n_asked, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hmac_vectors), cmocka_unit_test(partitions),
                                       cmocka_unit_test(headers_of_a_request), cmocka_unit_test(the_body_names_the_actions),
                                       cmocka_unit_test(simulated), cmocka_unit_test(identities)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
