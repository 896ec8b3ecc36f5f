using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Stats;

/// <summary><c>data.dry_run: true</c>; a top-level <c>dry_run</c> was moved there when the event came in.</summary>
internal static class DryRun
{
    public static bool Is(ObserverEvent observed) => observed.Data?["dry_run"]?.GetValueKind() == JsonValueKind.True;
}
