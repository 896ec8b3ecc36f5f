using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Playbooks;

namespace Lakehouse.Gateway.Tests.Knowledge.RandomLives;

internal sealed class PlaybookLives : ILives
{
    private const int Keys = 4;
    private const int Shared = 3;
    private const int Workers = 12;

    private readonly int _writer;
    private readonly Random _random;
    private readonly PlaybookRecord _record;
    private readonly Dictionary<string, Life> _own;

    public PlaybookLives(int writer, Random random, PlaybookRecord record)
    {
        (_writer, _random, _record) = (writer, random, record);
        _own = Enumerable.Range(0, Keys).ToDictionary(key => PlaybookCalls.Fill($"Own {(char)('A' + writer)}{(char)('A' + key)}"), _ => new Life());
        record.Models.Add(_own);
    }

    public async Task StepAsync(HttpClient client, int step)
    {
        var text = $"writer {_writer} says {step}";
        if (_random.Next(4) == 0)
        {
            await ShareAsync(client, PlaybookCalls.Fill($"All {(char)('A' + _random.Next(Shared))}"), text);
            return;
        }

        var (operation, life) = _own.ElementAt(_random.Next(Keys));
        switch (_random.Next(6))
        {
            case 0 when life.Text is not null:
                await SeedAsync(client, operation, life, life.Text, [.. life.Names]);
                break;
            case 1 when life.Text is not null:
                var names = Names();
                var revised = await ToldAsync(client, $"/{life.Chain[^1]}/revise", Revision(names, text));
                Assert.Equal("REVISE", revised["decision"]!.ToString());
                (life.Text, life.Names) = (text, [.. names]);
                life.Chain.Add(PlaybookCalls.Id(revised));
                break;
            case 2 when life.Chain.Count > 1:
                using (var late = await client.PlaybooksAsync($"/{life.Chain[0]}/revise", Revision(Names(), text)))
                {
                    Assert.Equal((HttpStatusCode.Conflict, "playbook_superseded"), (late.StatusCode, await late.ErrorCodeAsync()));
                    Assert.Contains(life.Chain[^1], (await late.JsonAsync())["error"]!["message"]!.ToString(), StringComparison.Ordinal);
                }

                break;
            case 3 when life.Text is not null && _random.Next(3) == 0:
                Assert.Equal("RETIRE", (await ToldAsync(client, $"/{life.Chain[^1]}/retire", new() { ["reason"] = "at random" }))["decision"]!.ToString());
                life.Text = null;
                break;
            case 4 when life.Chain.Count > 0:
                Assert.Equal(life.Chain, await HistoryAsync(client, life.Chain[_random.Next(life.Chain.Count)]));
                break;
            default:
                await SeedAsync(client, operation, life, text, Names());
                break;
        }
    }

    public async Task CutAsync(HttpClient client)
    {
        Interlocked.Increment(ref _record.Cut);
        foreach (var (operation, life) in _own)
        {
            var town = operation[(operation.IndexOf(" in ", StringComparison.Ordinal) + 4)..operation.IndexOf(',', StringComparison.Ordinal)];
            var live = (await client.GetJsonAsync($"/v1/playbooks?city={Uri.EscapeDataString(town)}&status=live"))["data"]!.AsArray().SingleOrDefault();
            (life.Text, life.Day, life.Names) = (live?["approach"]!.ToString(), live?["day"]!.ToString(), live is null ? [] : [.. live["endorsed_names"].Texts()]);
            life.Chain = live is null ? [] : await HistoryAsync(client, live["id"]!.ToString());
        }
    }

    private async Task SeedAsync(HttpClient client, string operation, Life life, string text, string[] names)
    {
        var told = await ToldAsync(client, "", PlaybookCalls.Seed(operation, names).With("approach", text));
        var (id, day) = (PlaybookCalls.Id(told), told["playbook"]!["day"]!.ToString());
        var isLive = life.Text is not null && life.Day == day;
        string[] joined = isLive ? [.. life.Names.Union(names)] : names;
        Assert.Equal(!isLive ? "ADD" : text == life.Text && joined.Length == life.Names.Count ? "NOOP" : "UPDATE", told["decision"]!.ToString());
        Assert.Equal(joined, told["playbook"]!["endorsed_names"].Texts());
        if (isLive)
        {
            Assert.Equal(life.Chain[^1], id);
        }
        else
        {
            life.Chain = [id];
        }

        (life.Text, life.Day, life.Names) = (text, day, [.. joined]);
    }

    // everybody's: what is there when we come is not known, but what is acknowledged happens
    private async Task ShareAsync(HttpClient client, string operation, string text)
    {
        var known = _record.Shared.GetValueOrDefault(operation);
        var (path, body) = (_random.Next(10), known) switch
        {
            (0, not null) => ($"/{known}/retire", new JsonObject { ["reason"] = "at random" }),
            (< 4, not null) => ($"/{known}/revise", Revision(Names(), text)),
            _ => ("", PlaybookCalls.Seed(operation, Names()).With("approach", text)),
        };
        using var response = await client.PlaybooksAsync(path, body);
        if (response.StatusCode == HttpStatusCode.Conflict)
        {
            Assert.Contains(await response.ErrorCodeAsync(), (string[])["playbook_superseded", "playbook_retired"]);
            return;
        }

        var told = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, told.ToJsonString());
        _record.Shared[operation] = _record.Keep(told);
    }

    private async Task<JsonNode> ToldAsync(HttpClient client, string path, JsonObject body)
    {
        var told = await client.PostPlaybooksAsync(path, body);
        _record.Keep(told);
        return told;
    }

    private static async Task<List<string>> HistoryAsync(HttpClient client, string id) =>
        [.. (await client.GetJsonAsync($"/v1/playbooks/{id}/history"))["versions"]!.AsArray().Select(version => version!["playbook"]!["id"]!.ToString())];

    private static JsonObject Revision(string[] names, string text) =>
        new() { ["reason"] = "at random", ["approach"] = text, ["endorsed_names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) };

    private string[] Names() => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => $"W-{_random.Next(Workers)}").Distinct()];
}
