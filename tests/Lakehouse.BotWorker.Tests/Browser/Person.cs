using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Lakehouse.BotWorker.Tests.Browser;

/// <summary>A person with a keyboard before one window, who also notices what the browser complains about.</summary>
internal sealed partial class Person : IAsyncDisposable
{
    private const int MostStops = 150;

    /// <summary>Milliseconds: on a busy machine a cycle takes its time.</summary>
    public const float Patience = 120_000;

    /// <summary>Where the keyboard is: the control's name, whether that shows, and which part of the page it is in.</summary>
    private const string FocusScript = """
        () => {
          const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
          const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
          const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth && box.width > 0;
          return [element === document.body ? '' : (element.getAttribute('aria-label') ?? element.textContent.trim()), String(ring && inside), String(element.closest('[data-lakehouse-fragment]') !== null)];
        }
        """;

    private readonly ConcurrentQueue<string> _complaints = [];

    public Person(IPage page, Uri home)
    {
        Page = page;
        page.SetDefaultTimeout(Patience);
        page.Console += (_, message) => Note(message.Type == "error", $"console: {message.Text}");
        page.PageError += (_, failure) => Note(isComplaint: true, $"script: {failure}");
        page.Request += (_, request) => Note(!request.Url.StartsWith(home.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), $"asked elsewhere: {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>What the page said last.</summary>
    public ILocator Said => Page.GetByRole(AriaRole.Status);

    public IReadOnlyCollection<string> Complaints => _complaints;

    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("body:not(:has([data-lakehouse-fragment])), [data-lakehouse-fragment] [data-refresh]").First.WaitForAsync();
    }

    public ILocator RowOf(string line) => Page.GetByRole(AriaRole.Row).Filter(new() { HasText = BrowserHost.Shown(line) }).Filter(new() { Has = Page.Locator(".lh-state") });

    /// <summary>Tab to the control of this name; every stop on the way must be seen.</summary>
    public async Task TabToAsync(string name)
    {
        var stops = new List<string>();
        while (stops.LastOrDefault() != name)
        {
            Assert.True(stops.Count < MostStops, $"Tab does not reach '{name}', only: {string.Join(" | ", stops)}");
            stops.Add((await TabAsync()).Name);
        }
    }

    /// <summary>All stops, from the top of the page until the focus leaves it.</summary>
    public async Task<IReadOnlyList<(string Name, bool IsOurs)>> AllStopsAsync()
    {
        var stops = new List<(string Name, bool IsOurs)>();
        while (stops.Count == 0 || stops[^1].Name.Length > 0)
        {
            Assert.True(stops.Count < MostStops, $"Tab does not leave the page: {string.Join(" | ", stops.Select(stop => stop.Name))}");
            stops.Add(await TabAsync());
        }

        return stops[..^1];
    }

    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            await Page.Keyboard.PressAsync(key);
        }
    }

    /// <summary>The keyboard is at, or comes to, the control of this name.</summary>
    public async Task FocusesAsync(string name)
    {
        try
        {
            await Page.WaitForFunctionAsync($"name => ({FocusScript})()[0] === name", name);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The focus is not on '{name}' but on '{(await Page.EvaluateAsync<string[]>(FocusScript))[0]}'.", late);
        }
    }

    /// <summary>Waits until the page says this; a person would read it.</summary>
    public Task ReadsAsync(string text) => Said.Filter(new() { HasText = text }).WaitForAsync();

    /// <returns>The id of the cycle that the page links to in what it said last.</returns>
    public async Task<string> CycleItReadsAsync() => (await Said.GetByRole(AriaRole.Link).InnerTextAsync())["cycle ".Length..];

    public Task StandsAsync(string line, string state) => RowOf(line).Locator($"[data-state={state}]").WaitForAsync();

    /// <summary>Everything that can be operated has a name in the accessibility tree.</summary>
    public async Task AssertNamedAsync() =>
        Assert.Empty(Nameless().Matches(await Page.Locator("body").AriaSnapshotAsync()).Select(match => match.Value));

    public async Task AssertNoSidewaysScrollAsync() =>
        Assert.Equal(0, await Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"));

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    private async Task<(string Name, bool IsOurs)> TabAsync()
    {
        await PressAsync("Tab");
        var focus = await Page.EvaluateAsync<string[]>(FocusScript);
        Assert.True(focus[1] == "true" || focus[0].Length == 0, $"The focus on '{focus[0]}' does not show.");
        return (focus[0], focus[2] == "true");
    }

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            _complaints.Enqueue(text);
        }
    }

    [GeneratedRegex("""- (button|link|textbox|combobox|checkbox|menuitem|progressbar|table)( \[[^\]]*\])*:?$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Nameless();
}
