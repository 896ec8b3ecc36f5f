using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;

namespace Lakehouse.Gateway.Tests.Knowledge.RandomLives;

internal sealed class MemoryLives : ILives
{
    private const int Keys = 4;

    private readonly int _writer;
    private readonly Random _random;
    private readonly MemoryRecord _record;
    private readonly Dictionary<string, Life> _own;

    public MemoryLives(int writer, Random random, MemoryRecord record)
    {
        (_writer, _random, _record) = (writer, random, record);
        _own = Enumerable.Range(0, Keys).ToDictionary(key => $"own-{writer}-{key}", _ => new Life());
        record.Models.Add(_own);
    }

    public async Task StepAsync(HttpClient client, int step)
    {
        var text = $"writer {_writer} says {step}";
        if (_random.Next(4) == 0)
        {
            // everybody's key: who comes last is not known, but that somebody does
            var decision = await client.ProposeAsync(text, $"all-{_random.Next(3)}");
            Assert.True(decision.Decision() is "ADD" or "UPDATE", decision.ToJsonString());
            _record.Acknowledged[decision.Id()] = text;
            return;
        }

        var (key, life) = _own.ElementAt(_random.Next(Keys));
        switch (_random.Next(6))
        {
            case 0 when life.Text is not null:
                var again = await client.ProposeAsync($" {life.Text.ToUpperInvariant()}. ", key);
                Assert.Equal(("NOOP", life.Chain[^1]), (again.Decision(), again.Id()));
                break;
            case 1 when life.Text is not null:
                var revised = await client.PostedAsync($"/{life.Chain[^1]}/revise", new() { ["text"] = text });
                Assert.Equal("UPDATE", revised.Decision());
                Keep(revised, life, text);
                break;
            case 2 when life.Chain.Count > 1:
                using (var late = await client.MemoryAsync(HttpMethod.Post, $"/{life.Chain[0]}/revise", new JsonObject { ["text"] = text }.ToJsonString()))
                {
                    Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
                    Assert.Contains(life.Chain[^1], (await late.JsonAsync())["error"]!["message"]!.ToString(), StringComparison.Ordinal);
                }

                break;
            case 3 when life.Text is not null && _random.Next(3) == 0:
                await client.PostedAsync($"/{life.Chain[^1]}/retire", new() { ["reason"] = "at random" });
                life.Text = null;
                break;
            case 4 when life.Chain.Count > 0:
                var view = await client.GetJsonAsync($"/v1/memory/{life.Chain[_random.Next(life.Chain.Count)]}");
                Assert.Equal(life.Chain, view["history"]!.AsArray().Select(version => version!["id"]!.ToString()));
                break;
            default:
                var proposed = await client.ProposeAsync(text, key);
                Assert.Equal(life.Text is null ? "ADD" : "UPDATE", proposed.Decision());
                if (life.Text is null)
                {
                    life.Chain.Clear();
                }

                Keep(proposed, life, text);
                break;
        }
    }

    public async Task CutAsync(HttpClient client)
    {
        Interlocked.Increment(ref _record.Cut);
        foreach (var (key, life) in _own)
        {
            var live = (await client.GetJsonAsync($"/v1/memory?key={key}"))["data"]!.AsArray().SingleOrDefault();
            life.Text = live?["text"]!.ToString();
            life.Chain = live is null ? [] : [.. (await client.GetJsonAsync($"/v1/memory/{live["id"]}"))["history"]!.AsArray().Select(version => version!["id"]!.ToString())];
        }
    }

    private void Keep(JsonNode decision, Life life, string text)
    {
        life.Chain.Add(decision.Id());
        life.Text = text;
        _record.Acknowledged[decision.Id()] = text;
    }
}
