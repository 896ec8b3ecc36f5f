using System.Text;

namespace Lakehouse.Gateway.Configuration;

/// <summary>A file's whole text, or why there is none.</summary>
internal sealed record FileText(string Path, string? Text, string? Problem)
{
    /// <summary>Bytes. Nobody writes more by hand.</summary>
    private const int Largest = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static FileText Read(string path)
    {
        try
        {
            // others may write, rename or delete it meanwhile
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > Largest)
            {
                return new(path, null, $"the file is larger than {Largest >> 20} MiB; accepted is a file below that.");
            }

            using var reader = new StreamReader(stream, Strict);
            return new(path, reader.ReadToEnd(), null);
        }
        catch (DecoderFallbackException)
        {
            return new(path, null, "the file is not UTF-8; accepted is UTF-8.");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(path, null, "the file is missing; accepted is a TOML file (docs/configuration.md).");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new(path, null, $"the file cannot be read ({problem.GetType().Name}); accepted is a file that the gateway's user may read.");
        }
    }

    /// <returns>Null with a fault.</returns>
    public TomlFile? Parse(ConfigFaults faults)
    {
        if (Text is not null)
        {
            return TomlFile.Parse(Path, Text, faults);
        }

        faults.Add(Path, 0, Problem!);
        return null;
    }
}
