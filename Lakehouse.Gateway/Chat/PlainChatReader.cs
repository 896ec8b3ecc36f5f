using System.Text.Json;
using System.Text.Unicode;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// Reads a chat in one pass where it is as plain as most are. Whatever is not expected here (a list of parts, tools, a field of the
/// gateway's own or of nobody's, a name that stands twice, a fault) is left to <see cref="ChatRequest.Parse(System.Text.Json.Nodes.JsonObject)"/>.
/// </summary>
internal ref struct PlainChatReader
{
    /// <summary>Bytes. Larger ones carry images and documents.</summary>
    private const int Largest = 1 << 20;

    /// <summary>Numbers, flags and texts that pass as they are.</summary>
    private static readonly JsonEncodedText[] Settings =
    [
        .. new[] { "messages", "temperature", "top_p", "n", "seed", "stop", "user", "presence_penalty", "frequency_penalty", "top_k", "min_p", "logprobs", "top_logprobs", "reasoning_effort" }
            .Select(name => JsonEncodedText.Encode(name)),
    ];

    private const int Messages = 0;
    private const int Choices = 3;

    private readonly List<PlainField> _fields;
    private Utf8JsonReader _json;
    private uint _seen;
    private string? _model;
    private bool? _stream;
    private bool? _includeUsage;
    private int? _maxTokens;
    private bool _limitsCompletion;
    private PlainMessages _messages;

    private PlainChatReader(ReadOnlySpan<byte> json)
    {
        _json = new(json);
        _fields = new(8);
    }

    /// <returns>Null where it is not plain.</returns>
    public static PlainChat? Read(ReadOnlyMemory<byte> json)
    {
        var bytes = json.Span;
        // half a surrogate pair, and bytes that are no text, would come to light only where somebody reads them
        if (bytes.Length > Largest || !Utf8.IsValid(bytes) || bytes.IndexOf("\\ud"u8) >= 0 || bytes.IndexOf("\\uD"u8) >= 0)
        {
            return null;
        }

        try
        {
            var reader = new PlainChatReader(bytes);
            return reader.Body() ? reader.Chat(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private readonly PlainChat Chat(ReadOnlyMemory<byte> json) => new(json, _model!, _fields)
    {
        Stream = _stream == true, IncludeUsage = _includeUsage == true, MaxTokens = _maxTokens, LimitsCompletion = _limitsCompletion,
        InputBound = _messages.Bound, InputCharacters = _messages.Characters,
    };

    private bool Body()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueIsEscaped || !Field(_json.ValueSpan))
            {
                return false;
            }
        }

        // throws where something stands behind it
        return !_json.Read() && _model is not null && (_seen & (1 << Messages)) != 0;
    }

    private bool Field(ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < Settings.Length; index++)
        {
            if (name.SequenceEqual(Settings[index].EncodedUtf8Bytes))
            {
                return Setting(index);
            }
        }

        _json.Read();
        return name.SequenceEqual("model"u8) ? Model()
            : name.SequenceEqual("stream"u8) ? Flag(ref _stream)
            : name.SequenceEqual("max_tokens"u8) ? Limit()
            : name.SequenceEqual("max_completion_tokens"u8) ? _limitsCompletion = Limit()
            : name.SequenceEqual("stream_options"u8) && StreamOptions();
    }

    private bool Setting(int index)
    {
        _json.Read();
        var start = (int)_json.TokenStartIndex;
        var isPlain = (_seen & (1u << index)) == 0 && index switch
        {
            Messages => _messages.Read(ref _json),
            Choices => _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out var count) && count == 1,
            _ => Scalar(),
        };
        _seen |= 1u << index;
        _fields.Add(new(Settings[index], start, (int)_json.BytesConsumed - start));
        return isPlain;
    }

    private bool Scalar()
    {
        if (_json.TokenType == JsonTokenType.String)
        {
            _messages.AddText(ref _json);
        }

        return _json.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False;
    }

    private bool Model()
    {
        if (_model is not null || _json.TokenType != JsonTokenType.String)
        {
            return false;
        }

        _model = _json.GetString()!;
        return _model.Length is > 0 and <= 200 && !_model.Any(char.IsControl);
    }

    private bool Limit()
    {
        if (_maxTokens is not null || _json.TokenType != JsonTokenType.Number || !_json.TryGetInt32(out var tokens))
        {
            return false;
        }

        _maxTokens = tokens;
        return tokens > 0;
    }

    private bool Flag(ref bool? flag)
    {
        var isFirst = flag is null;
        flag = _json.TokenType == JsonTokenType.True;
        return isFirst && _json.TokenType is JsonTokenType.True or JsonTokenType.False;
    }

    // {"include_usage":true}, which every client sends that streams
    private bool StreamOptions()
    {
        var isPlain = _json.TokenType == JsonTokenType.StartObject && _json.Read() && _json.TokenType == JsonTokenType.PropertyName && _json.ValueSpan.SequenceEqual("include_usage"u8)
            && _json.Read() && Flag(ref _includeUsage) && _json.Read() && _json.TokenType == JsonTokenType.EndObject;
        _messages.Bound += _includeUsage == true ? """{"include_usage":true}""".Length : """{"include_usage":false}""".Length;
        return isPlain;
    }
}
