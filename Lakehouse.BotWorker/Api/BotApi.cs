using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Api;

internal static class BotApi
{
    public static void MapBotApi(this WebApplication app)
    {
        var api = app.MapGroup("/api").AddEndpointFilter<ApiAccess>().WithTags("bot");
        api.MapCycles();
        api.MapGaps();
        api.MapFragments();
        api.MapGet("/status", StatusAsync).WithName("BotStatus").WithSummary("Which repository the worker serves, and whether it is paused");
        api.MapPost("/pause", (PauseSwitch pause, CycleFolders folders, CancellationToken cancellationToken) => SetAsync(pause, folders, paused: true, cancellationToken))
            .WithName("Pause").WithSummary("Keeps cycles from starting");
        api.MapPost("/resume", (PauseSwitch pause, CycleFolders folders, CancellationToken cancellationToken) => SetAsync(pause, folders, paused: false, cancellationToken))
            .WithName("Resume").WithSummary("Lets cycles start again");
        app.MapGroup("/pulls").AddEndpointFilter<ApiAccess>().WithTags("bot").MapPulls();
    }

    private static async Task<Ok<BotStatus>> StatusAsync(PauseSwitch pause, CycleFolders folders, IOptions<BotOptions> options, CancellationToken cancellationToken) =>
        TypedResults.Ok(new BotStatus(folders.Target.Path, RealPath.Of(folders.Target.Path), options.Value.Forge, await pause.PausedSinceAsync(folders.Target.Path, cancellationToken)));

    private static async Task<Ok<PauseView>> SetAsync(PauseSwitch pause, CycleFolders folders, bool paused, CancellationToken cancellationToken)
    {
        await pause.SetAsync(folders.Target.Path, paused, cancellationToken);
        return TypedResults.Ok(new PauseView(await pause.PausedSinceAsync(folders.Target.Path, cancellationToken)));
    }
}

/// <param name="RealPath">The repository's folder without links.</param>
internal sealed record BotStatus(string Repository, string RealPath, string Forge, DateTimeOffset? PausedSince);

/// <param name="PausedSince">Null: not paused here (the file bot.paused may still pause it).</param>
internal sealed record PauseView(DateTimeOffset? PausedSince)
{
    public bool Paused => PausedSince is not null;
}
