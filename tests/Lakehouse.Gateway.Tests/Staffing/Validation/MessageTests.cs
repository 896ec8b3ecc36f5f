using System.Text.Json.Nodes;
using Lakehouse.Gateway.Staffing.Validation;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Staffing.Validation;

public sealed class MessageTests(TestPostgres postgres)
{
    [Fact]
    public async Task Messages_and_requests_are_checked()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        foreach (var (kind, artifact, status, findings, warnings) in new (string, JsonObject, int, string, string)[]
        {
            ("email", Email("Monday", "See you at the gate."), 200, "", ""),
            ("email", Email(new('x', 78), "x"), 200, "", ""),
            ("email", Email(new('x', 79), "x"), 422, "subject_too_long subject", ""),
            ("email", new() { ["to"] = "a@example.com", ["body"] = new string('x', 5_000) }, 200, "", ""),
            ("email", new() { ["body"] = "x" }, 422, "shape to", ""),
            ("email", new() { ["to"] = "a@example.com", ["body"] = " " }, 422, "shape body", ""),
            ("email", new() { ["to"] = 7, ["body"] = new JsonArray() }, 422, "shape to, shape body", ""),
            ("email", new() { ["to"] = "Perla", ["body"] = "x" }, 200, "", "to_form to"),
            ("email", Email("Your SSN is 123-45-6789", "x"), 422, "ssn subject", ""),
            ("email", Email("x", "The salary is $52,000."), 422, "salary body", ""),
            ("sms", Sms(new('x', 160)), 200, "", ""),
            ("sms", Sms(new('x', 161)), 422, "body_too_long body", ""),
            ("sms", Sms("Call 419-555-0124 or +1 419 555 0124."), 200, "", ""),
            ("sms", Sms("Bring 123-45-6789 and earn $25 an hour"), 422, "ssn body, salary body", ""),
            ("sms", new() { ["to"] = "somebody", ["body"] = "x" }, 200, "", "to_form to"),
        })
        {
            var report = await bot.ReportAsync(kind, artifact.ToJsonString());
            Assert.Equal((artifact.ToJsonString(), status, findings, warnings), (artifact.ToJsonString(), report.Status, report.Findings, report.Warnings));
        }

        foreach (var (body, param) in new (string, string)[]
        {
            ("""{"artifact":{}}""", "kind"), ("""{"kind":"letter","artifact":{}}""", "kind"), ("""{"kind":7,"artifact":{}}""", "kind"), ("""{"kind":"Email","artifact":{}}""", "kind"),
            ("""{"kind":"email"}""", "artifact"), ("""{"kind":"email","artifact":"x"}""", "artifact"), ("""{"kind":"email","artifact":{},"context":[]}""", "context"),
            ("""{"kind":"email","artifact":{},"context":{"to":"x"}}""", "context.to"), ("""{"kind":"email","artifact":{},"strict":true}""", "strict"), ("""{"kind":"email","artifact":{"to":"\ud800"}}""", "artifact"),
        })
        {
            using var content = new StringContent(body);
            using var refused = await bot.PostAsync("/v1/validate", content, TestContext.Current.CancellationToken);
            var (status, code, at, _) = await refused.RefusalAsync();
            Assert.Equal((body, 400, "invalid_request", param), (body, status, code, at));
        }

        using var nobody = gateway.As("nobodys-key");
        using var denied = await nobody.SendAsync(HttpMethod.Post, "/v1/validate", new JsonObject(), "nobodys-key");
        Assert.Equal("invalid_api_key", await denied.ErrorCodeAsync());
    }

    [Theory]
    [InlineData("123-45-6789")]
    [InlineData("Your number (123-45-6789) is on file")]
    [InlineData("123 45 6789")]
    [InlineData("123.45.6789.")]
    [InlineData("123–45–6789")]
    [InlineData("123-\u200b45-6789")]
    [InlineData("١٢٣-٤٥-٦٧٨٩")]
    [InlineData("SSN: 123456789")]
    [InlineData("social security number 123456789")]
    public void Social_security_numbers_are_found(string text) => Assert.Equal("ssn", Assert.Single(SensitiveText.Find(text, "body")).Code);

    [Theory]
    [InlineData("419-555-0124")]
    [InlineData("(419) 555-0124")]
    [InlineData("+14195550124")]
    [InlineData("1-800-555-0124")]
    [InlineData("+49 123 45 6789")]
    [InlineData("+1-419-55-5012")]
    [InlineData("1-419-55-5012")]
    [InlineData("Order 123-45-6789-01")]
    [InlineData("2026-04-22 and 2026-04-23")]
    [InlineData("T-1234567 of 123456789 rows")]
    [InlineData("4123-45-67890")]
    [InlineData("123-45 6789")]
    public void Phone_numbers_and_other_digits_are_not(string text) => Assert.Empty(SensitiveText.Find(text, "body"));

    [Theory]
    [InlineData("The salary is $52,000 a year")]
    [InlineData("$25 an hour")]
    [InlineData("Pay rate: $ 25.50/hr")]
    [InlineData("You will earn about $900")]
    [InlineData("$1,000 in WAGES")]
    [InlineData("$25/hr")]
    public void Pay_is_found(string text) => Assert.Equal("salary", Assert.Single(SensitiveText.Find(text, "body")).Code);

    [Theory]
    [InlineData("Lunch is $8 at the gate")]
    [InlineData("Your timesheet is due; the salary is told by your recruiter")]
    [InlineData("Parking costs $5. Please be there at six in the morning, bring your shoes, and ask at the desk about wages.")]
    [InlineData("A repayment of $20")]
    public void Other_amounts_are_not(string text) => Assert.Empty(SensitiveText.Find(text, "body"));

    private static JsonObject Email(string subject, string body) => new() { ["to"] = "a@example.com", ["subject"] = subject, ["body"] = body };

    private static JsonObject Sms(string body) => new() { ["to"] = "+14195550124", ["body"] = body };
}
