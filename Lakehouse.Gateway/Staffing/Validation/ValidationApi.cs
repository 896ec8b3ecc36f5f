using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary><c>POST /v1/validate</c>: what a kind's checks say of an artifact. It changes nothing and asks no model.</summary>
internal static class ValidationApi
{
    public static void AddValidation(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Validators>();
        builder.Services.AddSingleton<IArtifactValidator, FillValidator>();
        builder.Services.AddSingleton<IArtifactValidator, PlaybookValidator>();
        builder.Services.AddSingleton<IArtifactValidator>(new MessageValidator(MessageKind.Email));
        builder.Services.AddSingleton<IArtifactValidator>(new MessageValidator(MessageKind.Sms));
    }

    public static void MapValidation(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/validate", ValidateAsync).AnswersOpenAiErrors().WithTags("validation").WithName("validate").WithSummary("Check a fill, an email, an sms or a playbook; 422 with the findings where it does not hold");

    private static async Task<IResult> ValidateAsync(HttpContext context, ConsumerKeys keys, Validators validators, CancellationToken cancellationToken)
    {
        await keys.AdmitAsync(context);
        var body = (await RequestBody.ReadAsync(context, checksTexts: true)).AcceptOnly("kind", "artifact", "context");
        var validator = validators.Find(body);
        var artifact = body.ObjectOf("artifact") ?? throw ApiError.BadInput("artifact", $"artifact is missing; accepted is {validator.Form}.");
        var check = await validator.BindAsync(body.ObjectOf("context") ?? [], cancellationToken);
        var report = new ValidationReport(validator.Kind, await check(artifact, cancellationToken));
        return report.Valid ? new JsonAnswer(report.ToJson()) : Refused(report);
    }

    private static ErrorAnswer Refused(ValidationReport report)
    {
        var first = report.Findings[0];
        var more = report.Findings.Count == 1 ? "" : $" ({report.Findings.Count} findings in all)";
        return new(new ApiError(422, "validation_failed", $"{first.Message}{more}", $"artifact.{first.Path}"), new JsonObject { ["report"] = report.ToJson() });
    }
}
