using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Fields of an Anthropic request that only Claude understands.</summary>
internal sealed class NativeOnlyFields
{
    private readonly List<(string Field, string What)> _fields = [];

    /// <param name="what">What stands there, such as "a search_result block".</param>
    public void Add(string field, string what) => _fields.Add((field, what));

    /// <exception cref="ApiError">400, naming the first of them.</exception>
    public void Refuse(string provider)
    {
        foreach (var (field, what) in _fields)
        {
            throw ApiError.BadInput(field, $"{field} is {what}, which {provider} cannot express; leave it out or choose a Claude model.");
        }
    }
}
