namespace Lakehouse.Gateway.Budgets;

/// <summary>The budget store did not answer, so nobody may spend.</summary>
internal sealed class BudgetUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
