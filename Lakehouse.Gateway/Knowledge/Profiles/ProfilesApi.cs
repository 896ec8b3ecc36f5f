using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary><c>/v1/profiles</c>: who has a key reads them, an operator changes them.</summary>
internal static class ProfilesApi
{
    public static void MapProfiles(this IEndpointRouteBuilder routes)
    {
        var profiles = routes.MapGroup("/v1/profiles").AnswersOpenAiErrors().WithTags("profiles");
        profiles.MapGet("", ListAsync).WithName("profiles").WithSummary("The profiles that hold, and what each kind may set");
        profiles.MapGet("/{kind}/{name}", ReadAsync).WithName("profile").WithSummary("Every version of a profile, the first one first");
        profiles.MapPut("/{kind}/{name}", PutAsync).AddEndpointFilter<OperatorOnly>().WithName("profile_put").WithSummary("A new version; it holds from the next request on");
        profiles.MapPost("/{kind}/{name}/roll_back", RollBackAsync).AddEndpointFilter<OperatorOnly>().WithName("profile_roll_back").WithSummary("An earlier version again, as a new one");
        profiles.MapPost("/{kind}/{name}/retire", RetireAsync).AddEndpointFilter<OperatorOnly>().WithName("profile_retire").WithSummary("End a profile; its history stays");
    }

    private static async Task<IResult> ListAsync(HttpContext context, ConsumerKeys keys, ProfileBook book)
    {
        await keys.AdmitAsync(context);
        return TypedResults.Ok(new ProfileList("list", book.Live, ProfileKind.All.ToDictionary(
            kind => kind, kind => (IReadOnlyDictionary<string, string>)ProfileKind.FieldsOf(kind).ToDictionary(field => field.Name, field => field.Accepted, StringComparer.Ordinal), StringComparer.Ordinal)));
    }

    private static async Task<IResult> ReadAsync(string kind, string name, HttpContext context, ConsumerKeys keys, ProfileStore store, CancellationToken cancellationToken)
    {
        await keys.AdmitAsync(context);
        return TypedResults.Ok(new ProfileHistory("list", await store.HistoryAsync(ProfileBodies.Kind(kind), name, cancellationToken)));
    }

    private static async Task<IResult> PutAsync(string kind, string name, HttpContext context, ProfileStore store, KeyChanges changes, CancellationToken cancellationToken)
    {
        var wish = ProfileBodies.Wish(kind, name, await RequestBody.ReadAsync(context, checksTexts: true));
        var decision = (await store.PutAsync([wish], context.Operator(), cancellationToken))[0];
        await changes.AnnounceProfilesAsync();
        return TypedResults.Ok(decision);
    }

    private static async Task<IResult> RollBackAsync(string kind, string name, HttpContext context, ProfileStore store, KeyChanges changes, CancellationToken cancellationToken)
    {
        var body = (await RequestBody.ReadAsync(context)).AcceptOnly("version");
        var version = body.NumberOf("version", "version", 1, int.MaxValue) ?? throw ApiError.BadInput("version", "version is missing; accepted is the number of an earlier version.");
        var decision = await store.RollBackAsync(ProfileBodies.Kind(kind), name, (int)version, context.Operator(), cancellationToken);
        await changes.AnnounceProfilesAsync();
        return TypedResults.Ok(decision);
    }

    private static async Task<IResult> RetireAsync(string kind, string name, HttpContext context, ProfileStore store, KeyChanges changes, CancellationToken cancellationToken)
    {
        var profile = await store.RetireAsync(ProfileBodies.Kind(kind), name, context.Operator(), cancellationToken);
        await changes.AnnounceProfilesAsync();
        return TypedResults.Ok(profile);
    }
}

/// <param name="Kinds">What each kind may set, and what is accepted there.</param>
internal sealed record ProfileList(string Object, IReadOnlyList<Profile> Data, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Kinds);

internal sealed record ProfileHistory(string Object, IReadOnlyList<Profile> Data);
