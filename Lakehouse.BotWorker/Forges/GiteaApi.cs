using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lakehouse.BotWorker.Git;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Forges;

/// <summary>The two calls of Gitea's API that the bot makes, and what each refusal means for a person.</summary>
internal sealed class GiteaApi(HttpClient client, GiteaTarget target, GiteaAccess access)
{
    private const int PageSize = 50;
    private const int MostPages = 20;

    public GiteaAccess Access => access;

    /// <returns>Null when there is one already (409).</returns>
    public async Task<PullRequest?> CreateAsync(GiteaNewPull pull, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(HttpMethod.Post, "/pulls", JsonContent.Create(pull, options: LakehouseJson.Options), cancellationToken);
        return reply.StatusCode == HttpStatusCode.Conflict ? null : (await ReadAsync<GiteaPull>(reply, "open a pull request", cancellationToken)).ToPullRequest();
    }

    public async Task<IReadOnlyList<PullRequest>> ListAsync(string state, CancellationToken cancellationToken)
    {
        var pulls = new List<PullRequest>();
        for (var page = 1; page <= MostPages; page++)
        {
            using var reply = await SendAsync(HttpMethod.Get, $"/pulls?state={state}&sort=recentupdate&page={page}&limit={PageSize}", content: null, cancellationToken);
            var found = await ReadAsync<List<GiteaPull>>(reply, "list pull requests", cancellationToken);
            pulls.AddRange(found.Select(pull => pull.ToPullRequest()));
            // a server may allow smaller pages than were asked for, so only an empty one is the end
            if (found.Count == 0)
            {
                break;
            }
        }

        return pulls;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, target.Api + path) { Content = content };
        request.Headers.Authorization = access.Header;
        try
        {
            return await client.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new ForgeException($"Gitea at {target.Url.Authority} could not be reached: {failure.Message}", failure);
        }
        catch (Exception late) when (!cancellationToken.IsCancellationRequested && late is OperationCanceledException or TimeoutException)
        {
            throw new ForgeException($"Gitea at {target.Url.Authority} did not answer in time.", late);
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage reply, string what, CancellationToken cancellationToken)
    {
        if (!reply.IsSuccessStatusCode)
        {
            throw new ForgeException($"Gitea would not {what} ({(int)reply.StatusCode}): {Meaning(reply.StatusCode)}{await DetailAsync(reply, cancellationToken)}");
        }

        try
        {
            return await reply.Content.ReadFromJsonAsync<T>(LakehouseJson.Options, cancellationToken) ?? throw new JsonException("the reply is null");
        }
        catch (JsonException invalid)
        {
            throw new ForgeException($"Gitea's reply to '{what}' is not what its API describes: {invalid.Message}", invalid);
        }
    }

    private string Meaning(HttpStatusCode status) => (int)status switch
    {
        401 => "the token is not valid; make a new one and set Bot:Gitea:Token.",
        403 => $"the token may not do this; it needs 'repository: read and write' on {target.Owner}/{target.Repository}.",
        404 => $"there is no {target.Owner}/{target.Repository}, or the token may not see it; check Bot:Gitea:Owner and Bot:Gitea:Repository.",
        422 => "the pull request is not valid; check that the base branch exists there.",
        429 => "too many requests; try again later.",
        >= 300 and < 400 => "it answers from another address; set Bot:Gitea:Url to that.",
        >= 500 => "the server failed; try again when it is well.",
        _ => "the request was refused.",
    };

    private async Task<string> DetailAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        var body = await reply.Content.ReadAsStringAsync(cancellationToken);
        string? message;
        try
        {
            message = JsonSerializer.Deserialize<GiteaError>(body, LakehouseJson.Options)?.Message;
        }
        catch (JsonException)
        {
            // a proxy's page: the status says enough
            return "";
        }

        return string.IsNullOrWhiteSpace(message) ? "" : $" It says: {GitSecrets.Remove(message.Trim(), [access.Credential.Password])}";
    }
}
