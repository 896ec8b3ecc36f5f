using CsCheck;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class PriceTests
{
    private static readonly DateOnly Day = new(2026, 11, 1);

    [Fact]
    public void Price_is_the_one_that_held_on_the_day()
    {
        using var files = new TwoFiles(TwoFiles.Shipped("providers.toml"), TwoFiles.Shipped("routing.toml"));
        var providers = files.Load().Providers;
        var flash = providers["gemini"].Models["gemini-3.8-flash"];
        var sonnet = providers["claude"].Models["claude-sonnet-5-5"];

        Assert.Null(flash.PriceOn(new(2026, 10, 6)));
        Assert.Equal((750, 3750), Plain(flash.PriceOn(new(2026, 10, 7))));
        Assert.Equal((750, 3750), Plain(flash.PriceOn(new(2026, 12, 31))));
        Assert.Equal((1500, 7500), Plain(flash.PriceOn(new(2027, 1, 1))));
        Assert.Equal((200, 100), (sonnet.PriceOn(new(2026, 10, 6))!.CachedInput, sonnet.PriceOn(new(2026, 10, 7))!.CachedInput));
        Assert.Equal((1_048_576L, 65_536, true), (flash.ContextTokens, flash.MaxOutputTokens, flash.Reasons));
    }

    [Fact]
    public void Order_of_the_entries_does_not_matter()
    {
        using var files = new TwoFiles("""
            [lab]
            kind = "openai"
            base_url = "http://localhost"
            paid = true
            models = [
              { name = "m", input_nano_usd_per_token = 1, output_nano_usd_per_token = 2, source_url = "https://lab.example", as_of = 2026-01-01, context_tokens = 10 },
              { name = "m", input_nano_usd_per_token = 5, output_nano_usd_per_token = 6, source_url = "https://lab.example", as_of = 2026-03-01 },
              { name = "m", input_nano_usd_per_token = 3, output_nano_usd_per_token = 4, source_url = "https://lab.example", as_of = "2026-02-01", context_tokens = 20 },
            ]
            """);

        var model = files.Load().Providers["lab"].Models["m"];

        Assert.Equal([5, 3, 1], model.Prices.Select(price => price.Input));
        Assert.Equal(3, model.PriceOn(new(2026, 2, 28))!.Input);
        Assert.Equal(20, model.ContextTokens);
    }

    [Fact]
    public void What_is_not_stated_costs_as_much_as_input()
    {
        using var files = new TwoFiles("""
            [lab]
            kind = "openai"
            base_url = "http://localhost"
            paid = true
            [[lab.models]]
            name = "m"
            input_nano_usd_per_token = 100
            output_nano_usd_per_token = 400
            long_prompt_tokens = 1000
            long_input_nano_usd_per_token = 200
            long_output_nano_usd_per_token = 600
            source_url = "https://lab.example"
            as_of = 2026-11-01
            """);

        Assert.Equal(new ModelPrice(100, 400, 100, 100, "https://lab.example", Day, new(1000, 200, 600, 200, 200)), files.Load().Providers["lab"].Models["m"].PriceOn(Day));
    }

    [Fact]
    public void Long_prompt_has_its_own_price_from_the_first_token_above_the_threshold()
    {
        var price = new ModelPrice(100, 400, 10, 125, "", Day, new(1000, 200, 600, 20, 250));

        Assert.Equal((1000 * 100) + (10 * 400), price.Cost(1000, 10, 0, 0));
        Assert.Equal((1001 * 200) + (10 * 600), price.Cost(1001, 10, 0, 0));
        Assert.Equal((801 * 200) + (150 * 20) + (50 * 250) + (10 * 600), price.Cost(1001, 10, 150, 50));
        Assert.Equal((1000 * 125) + (10 * 400), price.Bound(1000, 10));
        Assert.Equal((1001 * 250) + (10 * 600), price.Bound(1001, 10));
    }

    [Fact]
    public void Cache_of_an_hour_has_its_own_price_and_without_one_costs_as_the_short_one()
    {
        var price = new ModelPrice(100, 400, 10, 125, "", Day, new(1000, 200, 600, 20, 250, 400), 200);

        Assert.Equal((50 * 100) + (20 * 10) + (20 * 125) + (10 * 200) + 400, price.Cost(100, 1, 20, 30, 10));
        Assert.Equal((1001 - 30) * 200 + (20 * 250) + (10 * 400) + 600, price.Cost(1001, 1, 0, 30, 10));
        Assert.Equal((1000 * 200, 1001 * 400), (price.Bound(1000, 0), price.Bound(1001, 0)));
        Assert.Equal((70 * 100) + (30 * 125), (price with { CacheWriteHour = null }).Cost(100, 0, 0, 30, 10));
    }

    [Fact]
    public void No_call_costs_more_than_was_reserved_for_it() =>
        Gen.Select(Gen.Long[0, 5000], Gen.Long[0, 5000], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((input, output, prompt, answered, cached, written, hour) =>
        {
            var price = new ModelPrice(100, 400, 10, 125, "", Day, new(1000, 200, 600, 20, 250, 400), 200);
            var tokens = (long)(input * prompt);
            var read = (long)(tokens * cached);
            var wrote = (long)((tokens - read) * written);
            return price.Cost(tokens, (long)(output * answered), read, wrote, (long)(wrote * hour)) <= price.Bound(input, output);
        });

    private static (long Input, long Output) Plain(ModelPrice? price) => (price!.Input, price.Output);
}
