using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Lakehouse.BotWorker.Tests.Forges;

internal sealed class StubPull
{
    public required int Number { get; init; }

    public required string Title { get; set; }

    public required string Body { get; set; }

    public required string Branch { get; init; }

    public string Base { get; init; } = "main";

    public bool Draft { get; set; }

    public bool Open { get; set; } = true;

    public bool Merged { get; set; }

    public string Author { get; init; } = StubForge.Account;

    /// <summary>Where the branch is; null for a fork that is gone.</summary>
    public string? HeadRepository { get; init; } = StubForge.Repository;

    public List<string> Labels { get; } = [];

    public List<StubComment> Comments { get; } = [];
}

/// <param name="Kind"><c>comment</c>, <c>line</c> or <c>review</c>.</param>
internal sealed record StubComment(int Id, string Kind, string Author, string Body, DateTimeOffset At, string? State, string? Path, bool App);

/// <summary>
/// Plays a forge as its API is published: pull requests, comments, labels, pages, refusals; and it takes pushes with git's own
/// server. One request can be made to fail in any way.
/// </summary>
internal sealed class StubForge : IAsyncDisposable
{
    public const string Account = "bot-account";
    public const string Token = "hunter2-token";
    public const string Repository = "team/product";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, Fault> _faults = new(StringComparer.Ordinal);
    private WebApplication _app = null!;
    private DateTimeOffset _now = new(2026, 4, 22, 3, 15, 0, TimeSpan.Zero);

    private StubForge(string kind) => Kind = kind;

    /// <summary><c>github</c> or <c>gitea</c>.</summary>
    public string Kind { get; }

    public string Url => _app.Urls.Single();

    public string Folder => _folder.In("team", "product.git");

    public List<StubPull> Pulls { get; } = [];

    public Dictionary<string, int> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>People with write access.</summary>
    public HashSet<string> Writers { get; } = ["alice"];

    public bool HasDrafts { get; set; } = true;

    public int LargestPage { get; set; } = 100;

    public ConcurrentQueue<StubRequest> Requests { get; } = new();

    public static async Task<StubForge> StartAsync(string kind)
    {
        var forge = new StubForge(kind);
        Directory.CreateDirectory(forge.Folder);
        TargetRepository.RunIn(forge.Folder, "init", "--quiet", "--bare", "--initial-branch=main");
        TargetRepository.RunIn(forge.Folder, "config", "http.receivepack", "true");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        forge._app = builder.Build();
        forge._app.Run(forge.AnswerAsync);
        await forge._app.StartAsync(TestContext.Current.CancellationToken);
        return forge;
    }

    /// <param name="request">Its method and the end of its path, <c>POST /pulls</c>.</param>
    public void Fail(string request, int status, string body = """{"message":"no: hunter2-token"}""", params (string Name, string Value)[] headers) =>
        _faults[request] = new Fault(status, body, headers, DoIt: false, Cut: false);

    /// <summary>Does what is asked and answers only the half of it, or with <paramref name="status"/>.</summary>
    public void LoseAnswer(string request, int status = 0) => _faults[request] = new Fault(status, "", [], DoIt: true, Cut: status == 0);

    /// <summary>Breaks off before anything was done.</summary>
    public void BreakOff(string request) => _faults[request] = new Fault(0, "", [], DoIt: false, Cut: true);

    public string? Head(string branch)
    {
        var heads = TargetRepository.RunIn(Folder, "for-each-ref", "--format=%(objectname)", $"refs/heads/{branch}");
        return heads.Length == 0 ? null : heads;
    }

    public StubPull Add(string branch, string? repository = Repository, string author = Account)
    {
        var pull = new StubPull { Number = Pulls.Count + 1, Title = "Say hello", Body = "", Branch = branch, HeadRepository = repository, Author = author };
        Pulls.Add(pull);
        return pull;
    }

    public void Say(StubPull pull, string author, string body, string kind = "comment", string? state = null, string? path = null, bool app = false) =>
        pull.Comments.Add(new StubComment(pull.Comments.Count + 1, kind, author, body, Tick(), state, path, app));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    public DateTimeOffset Tick() => _now = _now.AddMinutes(1);

    private async Task AnswerAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        var body = copy.ToArray();
        var isGit = context.Request.Path.Value!.Contains(".git/", StringComparison.Ordinal);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(new StubRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, isGit ? "" : Encoding.UTF8.GetString(body)));
        var line = $"{context.Request.Method} {context.Request.Path}";
        var fault = _faults.FirstOrDefault(pair => line.StartsWith(pair.Key.Split(' ')[0] + " ", StringComparison.Ordinal) && line.EndsWith(pair.Key.Split(' ')[1], StringComparison.Ordinal));
        if (fault.Key is not null)
        {
            _faults.TryRemove(fault.Key, out _);
            await FailAsync(context, fault.Value, body);
            return;
        }

        if (isGit)
        {
            await GitAsync(context, body);
            return;
        }

        var (status, reply) = Ask(context, body);
        await WriteAsync(context, status, reply);
    }

    private (int Status, JsonNode? Reply) Ask(HttpContext context, byte[] body) => Kind == "github"
        ? new StubGitHub(this).Answer(context, body)
        : new StubGitea(this).Answer(context, body);

    private async Task FailAsync(HttpContext context, Fault fault, byte[] body)
    {
        var reply = fault.DoIt ? Ask(context, body).Reply?.ToJsonString() ?? "" : fault.Body;
        if (fault.Cut)
        {
            if (fault.DoIt)
            {
                context.Response.StatusCode = 201;
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = Encoding.UTF8.GetByteCount(reply);
                await context.Response.WriteAsync(reply[..(reply.Length / 2)]);
                await context.Response.Body.FlushAsync();
            }

            context.Abort();
            return;
        }

        foreach (var (name, value) in fault.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.StatusCode = fault.Status;
        await context.Response.WriteAsync(fault.DoIt ? """{"message":"bad gateway"}""" : fault.Body);
    }

    private async Task GitAsync(HttpContext context, byte[] body)
    {
        var user = Kind == "github" ? "x-access-token" : "lakehouse-bot";
        if (context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Token}")))
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"stub\"";
            return;
        }

        await GitHttpBackend.AnswerAsync(context, _folder.Path, body);
    }

    private static async Task WriteAsync(HttpContext context, int status, JsonNode? reply)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(reply?.ToJsonString() ?? "null");
    }

    private sealed record Fault(int Status, string Body, (string Name, string Value)[] Headers, bool DoIt, bool Cut);
}
