using System.Text.Json.Serialization;

namespace Lakehouse.Gateway.Keys;

/// <summary>Who calls, as admitted.</summary>
/// <param name="Consumer">Whose budget is charged.</param>
/// <param name="KeyId">Null for the keyless <c>local</c> and for keys of the configuration.</param>
internal sealed record Caller(string Consumer, string? KeyId, KeyScopes Scopes)
{
    /// <summary>The consumer whose requests alone a virtual key may read, its own; null = everybody's.</summary>
    public string? OnlyOwn => KeyId is not null && !Scopes.Admin ? Consumer : null;
}

/// <summary>What a key may do.</summary>
/// <param name="Models">Patterns of <c>provider/model</c>, where * is any text; empty = every model.</param>
/// <param name="Tools">Patterns of tools' names; empty = every tool that is not <c>admin</c>.</param>
/// <param name="Admin">May manage keys and budgets, read the configuration and call <c>admin</c> tools.</param>
/// <param name="Memory">Patterns of shared memory scopes such as <c>shared:staffing</c>; none = its own scope only.</param>
internal sealed record KeyScopes(
    IReadOnlyList<string> Models, IReadOnlyList<string> Tools, bool Admin, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Memory = null)
{
    public static readonly KeyScopes Ordinary = new([], [], false);
    public static readonly KeyScopes Operator = new([], [], true);
    private const string AdminPermission = "admin";

    /// <param name="model"><c>provider/model</c>, after routing: aliases are resolved.</param>
    public bool AllowsModel(string model) => Models.Count == 0 || Models.Any(pattern => ScopePattern.Matches(pattern, model));

    /// <param name="permission">What the tool needs: <c>read</c>, <c>write</c> or <c>admin</c>.</param>
    public bool AllowsTool(string name, string permission) =>
        (Admin || !string.Equals(permission, AdminPermission, StringComparison.OrdinalIgnoreCase))
        && (Tools.Count == 0 || Tools.Any(pattern => ScopePattern.Matches(pattern, name)));
}
