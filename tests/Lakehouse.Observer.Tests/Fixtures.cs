using Lakehouse.Testing;

[assembly: AssemblyFixture(typeof(TestPostgres))]
