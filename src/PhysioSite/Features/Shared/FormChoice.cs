namespace PhysioSite.Features.Shared;

/// <summary>One answer that a select, radio buttons or checkboxes offer.</summary>
public sealed record FormChoice(string Value, string Label);
