using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Budgets;

/// <summary>All faults at once, each with its key, its value and what would be accepted.</summary>
internal sealed class BudgetOptionsValidator : IValidateOptions<BudgetOptions>
{
    public ValidateOptionsResult Validate(string? name, BudgetOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(BudgetOptions options)
    {
        if (options.HoldLease < TimeSpan.FromSeconds(1) || options.HoldLease > TimeSpan.FromHours(24))
        {
            yield return $"Budgets:HoldLease is {options.HoldLease}; accepted is 00:00:01 to 1.00:00:00.";
        }

        if (options.SweepInterval < TimeSpan.FromMilliseconds(50) || options.SweepInterval > TimeSpan.FromMinutes(5))
        {
            yield return $"Budgets:SweepInterval is {options.SweepInterval}; accepted is 00:00:00.05 to 00:05:00.";
        }

        foreach (var fault in options.Consumers.SelectMany(caps => OfConsumer($"Budgets:Consumers:{caps.Key}", caps.Value))
            .Concat(OfConsumer("Budgets:Default", options.Default))
            .Concat(Negative("Budgets:Sessions", options.Sessions))
            .Concat(options.Providers.SelectMany(caps => Negative($"Budgets:Providers:{caps.Key}", caps.Value)))
            .Concat(Negative("Budgets:Global", options.Global)))
        {
            yield return fault;
        }
    }

    // a rate of 0 would be a consumer that is shut out and told to try again in a minute
    private static IEnumerable<string> OfConsumer(string key, ConsumerCaps caps) =>
        Negative(key, caps).Concat(new[] { (Name: "RequestsPerMinute", Value: caps.RequestsPerMinute), (Name: "TokensPerMinute", Value: caps.TokensPerMinute) }
            .Where(rate => rate.Value is < 1)
            .Select(rate => $"{key}:{rate.Name} is {rate.Value}; accepted is 1 or more, or nothing for no limit."));

    private static IEnumerable<string> Negative(string key, BudgetCaps caps) =>
        new[] { (Name: "Calls", Value: caps.Calls), (Name: "Tokens", Value: caps.Tokens), (Name: "NanoUsd", Value: caps.NanoUsd) }
            .Where(cap => cap.Value is < 0)
            .Select(cap => $"{key}:{cap.Name} is {cap.Value}; accepted is 0 or more, or nothing for no cap.");
}
