namespace PhysioSite.Features.Appointments;

/// <summary>The result of a change to a request.</summary>
public enum ChangeResult
{
    Done,

    /// <summary>The request does not exist or belongs to another clinic.</summary>
    NotFound,

    /// <summary>
    /// The request was changed since the page was loaded, or its state no longer allows the change. Nothing was saved.
    /// </summary>
    ChangedMeanwhile,

    /// <summary>The clinic is no longer part of the content, so there is no inbox to write to. Nothing was saved.</summary>
    ClinicRemoved,

    /// <summary>The request is held as possible spam and must be released first.</summary>
    Held,

    /// <summary>The request is protected from erasure.</summary>
    RetentionHold,

    /// <summary>The request was released. The patient gave no email address.</summary>
    NoAddress,

    /// <summary>The request was released, but the patient was not sent their private link because it cannot be decrypted.</summary>
    PatientNotWrittenTo,

    /// <summary>The patient's data, which the change needs, cannot be decrypted. Nothing was saved.</summary>
    Unreadable,

    /// <summary>The time in which an action can be undone is over.</summary>
    TooLateToUndo,

    /// <summary>The database could not be written. Nothing was saved.</summary>
    NotStored,
}
