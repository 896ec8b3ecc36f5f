using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Api;

/// <summary>Who may use the worker's API: the holder of the key from anywhere; a page of ours at this machine in Development.</summary>
internal sealed class ApiAccess(IOptions<BotOptions> options, IHostEnvironment environment) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Refusal(context.HttpContext) is { } reason
            ? TypedResults.Problem(reason, statusCode: StatusCodes.Status403Forbidden, title: "Not allowed")
            : await next(context);

    private string? Refusal(HttpContext context)
    {
        if (HasKey(context.Request))
        {
            return null;
        }

        if (!environment.IsDevelopment())
        {
            return "Accepted is 'Authorization: Bearer' with the value of Bot:ApiKey; outside Development there is no other way.";
        }

        if (!LoopbackOnly.IsLocal(context))
        {
            return $"Host is '{context.Request.Host}'; accepted are localhost and loopback addresses, from this machine, or the key of Bot:ApiKey.";
        }

        return HttpMethods.IsGet(context.Request.Method) || IsSameOrigin(context.Request)
            ? null
            : $"Origin is '{context.Request.Headers.Origin}'; accepted is {Origin(context.Request)}, or 'Authorization: Bearer' with the value of Bot:ApiKey.";
    }

    private bool HasKey(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return options.Value.ApiKey is { Length: > 0 } key
            && header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header[scheme.Length..].Trim()), Encoding.UTF8.GetBytes(key));
    }

    // browsers send Origin with every POST and no page can forge it; a program that sends none has to show the key
    private static bool IsSameOrigin(HttpRequest request) =>
        string.Equals(request.Headers.Origin.ToString(), Origin(request), StringComparison.OrdinalIgnoreCase);

    private static string Origin(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
