using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.Gateway.Configuration;

/// <summary><c>GET /v1/config</c>: for the operator: what is in force, and why a change of the files was not taken.</summary>
internal static class ConfigApi
{
    public static void MapConfig(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/config", Read).AnswersOpenAiErrors().AddEndpointFilter<OperatorOnly>().WithName("config").WithSummary("The providers and rules in force, and why a changed file was not taken");

    private static Ok<ConfigView> Read(ConfigStore store, ConfigFiles files) => TypedResults.Ok(ConfigView.Of(store.Current, store.Fault, files));
}
