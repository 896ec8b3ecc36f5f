using Lakehouse.Gateway.Providers;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

public sealed class GeminiErrorTests
{
    [Theory]
    [InlineData("400-invalid-argument.json", 400, "InvalidRequest", "Gemini answered 400: * GenerateContentRequest.generation_config.temperature: must be in the range [0.0, 2.0].")]
    [InlineData("400-api-key.json", 400, "Auth", "Gemini answered 400: API key not valid. Please pass a valid API key.")]
    [InlineData("400-location.json", 400, "Auth", "Gemini answered 400: User location is not supported for the API use.")]
    [InlineData("401.json", 401, "Auth", "Gemini answered 401: Request had invalid authentication credentials. api_key=[key]")]
    [InlineData("403.json", 403, "Auth", "Gemini answered 403: Method doesn't allow unregistered callers (callers without established identity).")]
    [InlineData("404.json", 404, "ModelNotFound", "Gemini answered 404: models/gemini-0 is not found for API version v1beta, or is not supported for generateContent.")]
    [InlineData("429-day.json", 429, "Quota", "Gemini answered 429: You exceeded your current quota, please check your plan and billing details.")]
    [InlineData("500.json", 500, "Unavailable", "Gemini answered 500: An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting")]
    [InlineData("503.json", 503, "Unavailable", "Gemini answered 503: The model is overloaded. Please try again later.")]
    [InlineData("504.json", 504, "Unavailable", "Gemini answered 504: Deadline expired before operation could complete.")]
    public async Task Refusal_is_what_Gemini_says_it_is(string stub, int status, string failure, string message)
    {
        await using var gemini = await GeminiDriver.ReplayAsync(stub, status);

        var whole = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());
        var streamed = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync());

        Assert.Equal((failure, message), (whole.Failure.ToString(), whole.Message));
        Assert.Equal((failure, message), (streamed.Failure.ToString(), streamed.Message));
    }

    [Theory]
    [InlineData("400-api-key.json", "Auth")]
    [InlineData("401.json", "Auth")]
    [InlineData("404.json", "ModelNotFound")]
    [InlineData("429-day.json", "Quota")]
    [InlineData("503.json", "Unavailable")]
    public async Task Error_inside_a_success_is_the_same_failure(string stub, string failure)
    {
        await using var gemini = await GeminiDriver.ReplayAsync(stub);

        var whole = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());
        var streamed = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync());

        Assert.Equal((failure, failure), (whole.Failure.ToString(), streamed.Failure.ToString()));
        Assert.DoesNotContain(GeminiDriver.Key, whole.Message + streamed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rate_limit_carries_the_delay_of_RetryInfo()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("429-minute.json", 429);

        var whole = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());
        var streamed = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync());

        Assert.Equal((ProviderFailure.RateLimited, TimeSpan.FromSeconds(38.5)), (whole.Failure, whole.RetryAfter));
        Assert.Equal((ProviderFailure.RateLimited, TimeSpan.FromSeconds(38.5)), (streamed.Failure, streamed.RetryAfter));
    }

    [Fact]
    public async Task Rate_limit_inside_a_list_carries_the_delay_of_RetryInfo_too()
    {
        await using var gemini = await GeminiDriver.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            return context.Response.WriteAsync("""[{"error":{"code":429,"message":"Slow down.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"7.5s"}]}}]""", context.RequestAborted);
        });

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());

        Assert.Equal((ProviderFailure.RateLimited, TimeSpan.FromSeconds(7.5), "Gemini answered 429: Slow down."), (problem.Failure, problem.RetryAfter, problem.Message));
    }

    [Fact]
    public async Task Rate_limit_carries_the_delay_of_its_header_first()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("429-minute.json", 429, ("Retry-After", "5"));

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());

        Assert.Equal(TimeSpan.FromSeconds(5), problem.RetryAfter);
    }

    [Theory]
    [InlineData(502, "<html>Bad Gateway</html>", "Unavailable", "Gemini answered 502: <html>Bad Gateway</html>")]
    [InlineData(429, "", "RateLimited", "Gemini answered 429: ")]
    [InlineData(529, "overloaded", "Unavailable", "Gemini answered 529: overloaded")]
    [InlineData(400, "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\",\"status\":\"INVALID_ARGUMENT\"}}]", "Auth", "Gemini answered 400: API key not valid. Please pass a valid API key.")]
    [InlineData(418, "{\"error\":\"teapot\"}", "InvalidRequest", "Gemini answered 418: {\"error\":\"teapot\"}")]
    public async Task Refusal_in_another_shape_is_understood(int status, string body, string failure, string message)
    {
        await using var gemini = await GeminiDriver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body, context.RequestAborted);
        });

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());

        Assert.Equal((failure, message), (problem.Failure.ToString(), problem.Message));
    }
}
