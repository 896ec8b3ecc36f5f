using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>Memories with vectors that no model made, written past the gateway.</summary>
internal static class VectorRows
{
    public const string Model = "ollama/vectors";

    /// <param name="id">The greater, the newer.</param>
    public static async Task AddAsync(this NpgsqlDataSource postgres, string scope, string id, float[]? vector, string model = Model, string attributes = "{}", bool retired = false, int harmful = 0)
    {
        await using var connection = await postgres.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("""
            insert into gateway.memories (memory_id, scope, kind, text, norm_hash, sentences, attributes, source_kind, trust, created_at, created_by, valid_from, valid_to, closed_at, harmful, names, embedding, embedding_model)
            values (@id, @scope, 'semantic', @id, @hash, '{}', @attributes::jsonb, 'person', 'consumer', @at, @scope, @at, @ended, @ended, @harmful, '{}', @vector, @model)
            """, new { id, scope, hash = SHA256.HashData(Encoding.UTF8.GetBytes(id)), attributes, at = DateTimeOffset.UnixEpoch, ended = retired ? DateTimeOffset.UnixEpoch : (DateTimeOffset?)null, harmful, vector, model });
    }

    public static float[] NextVector(this Random random, int dimensions) => [.. Enumerable.Range(0, dimensions).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
