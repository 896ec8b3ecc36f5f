using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Staffing.Files;
using Lakehouse.Gateway.Staffing.Generation;
using Lakehouse.Gateway.Staffing.Iteration;
using Lakehouse.Gateway.Staffing.Loading;
using Lakehouse.Gateway.Staffing.Tables;
using Lakehouse.Gateway.Staffing.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Lakehouse.Gateway.Staffing;

/// <summary><c>/v1/staffing/datasets</c>, for the operator: what is loaded, loading it, and files in and out.</summary>
internal static class DatasetsApi
{
    public static void MapStaffing(this IEndpointRouteBuilder routes)
    {
        routes.MapValidation();
        routes.MapIteration();
        var datasets = routes.MapGroup("/v1/staffing/datasets").AnswersOpenAiErrors();
        datasets.AddEndpointFilter<OperatorOnly>();
        datasets.MapGet("", ListAsync).WithName("datasets").WithSummary("The staffing tables: rows, columns and fingerprint, and how far a load is");
        datasets.MapPost("", LoadAsync).WithName("load_datasets").WithSummary("Generate and load all tables in the background, in place of what is there");
        datasets.MapGet("/{table}.csv", WriteCsvAsync).WithName("dataset_csv").WithSummary("A table as CSV");
        datasets.MapGet("/{table}.parquet", WriteParquetAsync).WithName("dataset_parquet").WithSummary("A table as Parquet");
        datasets.MapPut("/{table}", ImportAsync).WithName("import_dataset").WithSummary("Add or update rows of a table from a CSV or Parquet file, all or nothing").WithMetadata(new RequestSizeLimitAttribute(UploadedFile.Limit));
    }

    private static async Task<Ok<DatasetsView>> ListAsync(NpgsqlDataSource postgres, LoadRunner loads, CancellationToken cancellationToken)
    {
        var loaded = await postgres.UseAsync(connection => DatasetRecord.ReadAsync(connection, cancellationToken), cancellationToken);
        return TypedResults.Ok(DatasetsView.Of(loaded, loads.View));
    }

    private static async Task<Accepted<LoadView>> LoadAsync(HttpContext context, LoadRunner loads, CancellationToken cancellationToken)
    {
        var body = (await RequestBody.ReadAsync(context)).AcceptOnly("workers", "seed");
        var workers = Number(body, "workers", 1, DatasetShape.MostWorkers) ?? DatasetShape.DefaultWorkers;
        var seed = Number(body, "seed", long.MinValue, long.MaxValue) ?? DatasetShape.DefaultSeed;
        return TypedResults.Accepted("/v1/staffing/datasets", await loads.StartAsync(new((int)workers, seed), cancellationToken));
    }

    private static async Task<IResult> WriteCsvAsync(string table, HttpContext context, NpgsqlDataSource postgres, CancellationToken cancellationToken)
    {
        var found = Find(table);
        await using var connection = await OpenAsync(postgres, found, cancellationToken);
        context.Response.ContentType = $"{CsvFiles.ContentType}; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename={found.Name}.csv";
        await CsvFiles.WriteAsync(connection, found, context.Response.Body, cancellationToken);
        return Results.Empty;
    }

    private static async Task<FileStreamHttpResult> WriteParquetAsync(string table, NpgsqlDataSource postgres, CancellationToken cancellationToken)
    {
        var found = Find(table);
        await using var connection = await OpenAsync(postgres, found, cancellationToken);
        var file = UploadedFile.Temporary();
        try
        {
            await ParquetFiles.WriteAsync(connection, found, file, cancellationToken);
            file.Position = 0;
            return TypedResults.Stream(file, ParquetFiles.ContentType, $"{found.Name}.parquet");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static async Task<Ok<ImportView>> ImportAsync(string table, HttpContext context, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var (found, connection) = (Find(table), configuration.GetConnectionString("lakehouse")!);
        var kind = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) ? type.MediaType.ToString().ToLowerInvariant() : "";
        return TypedResults.Ok(await UploadedFile.TakeAsync(context, body => kind switch
        {
            CsvFiles.ContentType => DatasetImport.RunAsync(connection, found, CsvFiles.ReadAsync(body, found, cancellationToken), FileFaults.Csv, cancellationToken),
            ParquetFiles.ContentType => ImportParquetAsync(connection, found, body, cancellationToken),
            _ => throw ApiError.BadInput("Content-Type", $"Content-Type is '{(kind.Length <= 80 ? kind : kind[..80] + "…")}'; accepted are {CsvFiles.ContentType} and {ParquetFiles.ContentType}."),
        }));
    }

    private static async Task<ImportView> ImportParquetAsync(string connection, DatasetTable table, Stream body, CancellationToken cancellationToken)
    {
        await using var file = UploadedFile.Temporary();
        await body.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        return await DatasetImport.RunAsync(connection, table, ParquetFiles.ReadAsync(file, table, cancellationToken), FileFaults.Parquet, cancellationToken);
    }

    // as soon as bytes are sent, an error can no longer be told
    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource postgres, DatasetTable table, CancellationToken cancellationToken)
    {
        var connection = await postgres.OpenConnectionAsync(cancellationToken);
        try
        {
            await DatasetRecord.DemandAsync(connection, [table.Name], cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static DatasetTable Find(string name) => StaffingTables.ByName.TryGetValue(name, out var table)
        ? table
        : throw new ApiError(404, "dataset_not_found", $"There is no such table; there are {string.Join(", ", StaffingTables.All.Select(one => one.Name))}.", "table");

    private static long? Number(JsonObject body, string field, long least, long most) => body[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out long number) && number >= least && number <= most => number,
        var other => throw ApiError.BadInput(field, $"{field} is {other.Shortened()}; accepted is a whole number of {least} to {most}."),
    };
}

/// <param name="Load">The load that this gateway runs or ran last; null = none since it started.</param>
internal sealed record DatasetsView(string Object, IReadOnlyList<DatasetView> Data, LoadView? Load)
{
    public static DatasetsView Of(IReadOnlyList<DatasetRecord> loaded, LoadView? load) =>
        new("list", [.. StaffingTables.All.Select(table => DatasetView.Of(table, loaded.FirstOrDefault(one => one.TableName == table.Name)))], load);
}

internal sealed record DatasetView(string Table, long Rows, string Fingerprint, IReadOnlyList<ColumnView> Columns, string? Source, long? Seed, DateTimeOffset? ChangedAt)
{
    public static DatasetView Of(DatasetTable table, DatasetRecord? loaded) => new(
        table.Name, loaded?.RowCount ?? 0, table.Fingerprint, [.. table.Columns.Select(column => new ColumnView(column.Name, column.Type.SqlName(), column.Nullable))],
        loaded?.Source, loaded?.Seed, loaded is null ? null : new DateTimeOffset(DateTime.SpecifyKind(loaded.ChangedAt, DateTimeKind.Utc)));
}

internal sealed record ColumnView(string Name, string Type, bool Nullable);
