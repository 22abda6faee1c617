using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Staff.Requests.Workflow;

/// <summary>An action that can be undone.</summary>
/// <param name="Version">Of the request after the action.</param>
/// <param name="By">The person who may undo it.</param>
/// <param name="Before">The request before the action.</param>
public sealed record UndoStep(string Reference, int Version, Guid By, DateTime AtUtc, UndoPoint Before)
{
    /// <summary>How long the button to undo is offered.</summary>
    private static readonly TimeSpan Offered = TimeSpan.FromSeconds(10);

    /// <summary>How long it is accepted: the page and the click need time on the way.</summary>
    private static readonly TimeSpan Accepted = Offered + TimeSpan.FromSeconds(5);

    public bool IsOffered(DateTime now) => now >= AtUtc && now - AtUtc <= Offered;

    public bool IsAccepted(DateTime now) => now >= AtUtc && now - AtUtc <= Accepted;
}

/// <summary>Encrypts an <see cref="UndoStep"/> for the form that undoes it, so that nobody can make one up.</summary>
public sealed class UndoTokens(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PhysioSite.Undo");

    public string Write(UndoStep step) => _protector.Protect(JsonSerializer.Serialize(step));

    /// <returns>Null for a text that <see cref="Write"/> did not return.</returns>
    public UndoStep? Read(string? token)
    {
        try
        {
            return string.IsNullOrEmpty(token) ? null : JsonSerializer.Deserialize<UndoStep>(_protector.Unprotect(token));
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
