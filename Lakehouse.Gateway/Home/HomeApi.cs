using System.Text;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.Gateway.Home;

/// <summary><c>GET /</c>: the state of the gateway for people, readable without scripts.</summary>
internal static class HomeApi
{
    private const string Basic = "Basic ";

    public static void AddHome(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(HomeLinks.Of(builder.Configuration));
        builder.Services.AddSingleton<RecentRequests>();
        builder.Services.AddHttpClient(nameof(HomeCycles));
        builder.Services.AddSingleton<HomeCycles>();
        builder.Services.AddSingleton<HomeReader>();
    }

    public static void MapHome(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", ReadAsync).WithName("home").WithSummary("The state of the gateway, for people").ExcludeFromDescription();

    private static async Task<ContentHttpResult> ReadAsync(HttpContext context, ConsumerKeys keys, HomeReader reader, TimeProvider time)
    {
        TakePassword(context.Request);
        context.Response.Headers.ContentSecurityPolicy = HomeStyle.Policy;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var caller = await keys.AdmitAsync(context);
            var keyless = PresentedKey.In(context.Request) is null;
            return Page(HomePage.Render(await reader.ReadAsync(caller, $"{context.Request.Scheme}://{context.Request.Host}", keyless, context.RequestAborted)));
        }
        catch (Exception problem) when (ErrorWriter.ToApiError(problem, time) is { } refusal)
        {
            if (refusal.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = """Basic realm="Lakehouse: any name, a key as password", charset="UTF-8" """.TrimEnd();
            }

            return Page(RefusedPage.Render(refusal), refusal.Status);
        }
    }

    // A browser can send a key only as a password. Only here: it repeats a password by itself, from any page that asks it to.
    private static void TakePassword(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var bytes = new byte[header.Length];
        if (Convert.TryFromBase64String(header[Basic.Length..].Trim(), bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var key])
        {
            request.Headers.Authorization = $"Bearer {key}";
        }
    }

    private static ContentHttpResult Page(string html, int status = StatusCodes.Status200OK) => TypedResults.Content(html, "text/html; charset=utf-8", Encoding.UTF8, status);
}
