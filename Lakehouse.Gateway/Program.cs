using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddUsage();
builder.AddBudgets();
builder.AddKeys();
builder.AddProviders();
builder.AddChat();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapChat();
app.MapUsage();
app.MapBudgets();
app.MapKeys();
app.Run();

/// <summary>Named for the tests' application factory.</summary>
public partial class Program;
