namespace Lakehouse.Gateway.Tests.Security;

/// <summary>A worker's name, phone and address are in the answers to whoever may ask, and in nothing that a gateway writes about its work.</summary>
public sealed class PersonTests(PersonHouse house) : IClassFixture<PersonHouse>
{
    [Fact]
    public void No_log_names_a_person()
    {
        Assert.Contains(house.Logs, line => line.StartsWith("Trace ", StringComparison.Ordinal));
        SecretTests.Nowhere("a log", house.Logs, Planted.Person);
    }

    [Fact]
    public void No_span_names_a_person()
    {
        Assert.Contains(house.Spans, span => span.Contains("/v1/memory/search", StringComparison.Ordinal));
        Assert.Contains(house.Spans, span => span.Contains("execute_tool sql", StringComparison.Ordinal));
        SecretTests.Nowhere("a span", house.Spans, Planted.Person);
    }

    [Fact]
    public void No_metric_names_a_person()
    {
        Assert.NotEmpty(house.Metrics);
        SecretTests.Nowhere("a metric", house.Metrics, Planted.Person);
    }

    [Fact]
    public void Embedding_model_sees_no_person()
    {
        Assert.Contains(house.Embedded, body => body.Contains("Does [name], [phone], [email] prefer nights?", StringComparison.Ordinal));
        SecretTests.Nowhere("a request for vectors", house.Embedded, Planted.Person);
    }

    // the looking must be able to find
    [Fact]
    public void Person_was_there_to_be_found()
    {
        foreach (var call in new[] { "POST /v1/tools/get_worker/call", "POST /v1/tools/sql/call", "POST /mcp", "PUT sms", "GET /v1/staffing/datasets/workers.csv", "POST /v1/playbooks", "POST /v1/validate", "POST /v1/iterate", "GET /v1/memory/search" })
        {
            Assert.Contains(house.Replies, reply => reply.Call.Contains(call, StringComparison.Ordinal) && Planted.Person.Any(secret => secret.FoundIn(reply.Text) is not null));
        }
    }
}
