using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Lakehouse.Gateway.Chat;

/// <summary>Messages of a role and a text each, counted as <see cref="TokenEstimate"/> counts them.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PlainMessages
{
    /// <summary>Tokens at most, of the messages and of what else was added.</summary>
    public long Bound { get; set; }

    /// <summary>UTF-16 units in all contents.</summary>
    public long Characters { get; private set; }

    /// <returns>Whether they are such messages, and at least one.</returns>
    public bool Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray || !json.Read() || json.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        do
        {
            if (json.TokenType != JsonTokenType.StartObject || !Message(ref json))
            {
                return false;
            }
        }
        while (json.Read() && json.TokenType != JsonTokenType.EndArray);
        return true;
    }

    /// <summary>A text beside the contents, with its quotes.</summary>
    public void AddText(ref Utf8JsonReader json) => Bound += Length(ref json).Bytes + 2;

    private bool Message(ref Utf8JsonReader json)
    {
        var (role, content, name) = (false, false, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            // an escaped name is longer than any of these
            var field = json.ValueSpan;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                return false;
            }

            if (!role && field.SequenceEqual("role"u8) && ChatMessages.IsRole(json.ValueSpan))
            {
                role = true;
                AddText(ref json);
            }
            else if (!name && field.SequenceEqual("name"u8))
            {
                name = true;
                AddText(ref json);
            }
            else if (!content && field.SequenceEqual("content"u8))
            {
                content = true;
                var (bytes, characters) = Length(ref json);
                Bound += bytes;
                Characters += characters;
            }
            else
            {
                return false;
            }
        }

        Bound += TokenEstimate.PerMessage;
        return role && content;
    }

    private static (int Bytes, int Characters) Length(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
        {
            return (json.ValueSpan.Length, Encoding.UTF8.GetCharCount(json.ValueSpan));
        }

        var buffer = ArrayPool<byte>.Shared.Rent(json.ValueSpan.Length);
        var length = json.CopyString(buffer);
        var characters = Encoding.UTF8.GetCharCount(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        return (length, characters);
    }
}
