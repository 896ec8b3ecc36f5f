using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>The fields of one JSON object, token by token and without a tree; no name may stand twice.</summary>
/// <param name="json">What the reader reads; it has to be one piece.</param>
internal ref struct ObjectFields(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private Places _places;
    private int _count;

    /// <summary>False = the reading stopped at a name that stands twice, or of which nobody can say: it is written with escapes, or
    /// there are too many before it.</summary>
    public bool AreUnique { get; private set; } = true;

    /// <param name="reader">On the object's start or on the end of a field; afterwards on the field's value.</param>
    /// <param name="name">As it is written.</param>
    /// <returns>False = there are no more.</returns>
    public bool Next(ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        name = reader.ValueSpan;
        AreUnique = !reader.ValueIsEscaped && _count < Places.Most && !IsKnown(name);
        if (!AreUnique)
        {
            return false;
        }

        _places[_count++] = ((int)reader.TokenStartIndex + 1, name.Length);
        return reader.Read();
    }

    private readonly bool IsKnown(ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_json.Slice(_places[index].Start, _places[index].Length).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    [InlineArray(Most)]
    private struct Places
    {
        public const int Most = 12;
        private (int Start, int Length) _first;
    }
}
