using System.Collections.Concurrent;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>
/// Caps that sessions were created with, as far as this process has met them. Sessions are read before they spend, so
/// whoever reads one says here what it may spend.
/// </summary>
internal sealed class SessionCaps
{
    /// <summary>Sessions. What is forgotten is met again at the next read.</summary>
    private const int Most = 50_000;

    private readonly ConcurrentDictionary<string, BudgetLimits> _caps = new(StringComparer.Ordinal);

    public BudgetLimits? Of(string session) => _caps.GetValueOrDefault(session);

    public void Met(string session, BudgetLimits caps)
    {
        if (_caps.Count >= Most)
        {
            _caps.Clear();
        }

        _caps[session] = caps;
    }
}
