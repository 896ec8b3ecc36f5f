using Aspire.Hosting.ApplicationModel;

namespace Lakehouse.AppHost.StartUp;

/// <summary>Addresses that a person opens; known once everything has started.</summary>
internal sealed record Links(EndpointReference Gateway, EndpointReference Observer, EndpointReference Worker);
