using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Tools;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddUsage();
builder.AddBudgets();
builder.AddProviders();
builder.AddChat();
builder.AddSessions();
builder.AddTools();
builder.AddContext();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapChat();
app.MapUsage();
app.MapBudgets();
app.MapSessions();
app.MapTools();
app.MapContext();
app.Run();

/// <summary>Named for the tests' application factory.</summary>
public partial class Program;
