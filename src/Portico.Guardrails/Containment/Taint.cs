namespace Portico.Guardrails.Containment;

/// <summary>What makes a piece of a value the same as a piece of an untrusted text.</summary>
public enum TaintKind
{
    /// <summary>At least <see cref="TaintTracker.RunChars"/> characters in a row.</summary>
    Run,

    /// <summary>At least <see cref="TaintTracker.RunWords"/> words in a row, whatever stands between them.</summary>
    Words,
    Url,
    Email,
    Path,

    /// <summary>A host, or a host below one that the untrusted text names.</summary>
    Host,

    /// <summary>A word of letters and at least four digits, as accounts, orders and files bear.</summary>
    Account,

    /// <summary>At least <see cref="TaintTracker.NumberDigits"/> digits, however they are grouped.</summary>
    Number,

    /// <summary>The value or the conversation is too long to be looked through, so nothing warrants the value.</summary>
    Unchecked,
}

/// <summary>How the piece was written, in the value or in the untrusted text: the outermost disguise of the two.</summary>
public enum TaintForm
{
    /// <summary>As it is, but for its case, its white space and characters without a shape.</summary>
    Plain,
    Base64,
    Hexadecimal,
    Percent,

    /// <summary>Escapes of JSON and C (<c>\u0041</c>, <c>\/</c>).</summary>
    Escapes,

    /// <summary>Entities of HTML.</summary>
    Entities,
    Reversed,
}

/// <summary>A piece of a value that also stands in an untrusted text and in none that the user or the system wrote.</summary>
/// <param name="Start">In UTF-16 units of the value.</param>
/// <param name="Length">In the same units; never 0.</param>
/// <param name="Kind">Why it counts.</param>
/// <param name="Form">How it was written.</param>
/// <param name="Origin">Who the untrusted text comes from.</param>
/// <param name="Source">The text's place among those the tracker was made from, from 0; -1 = none in particular.</param>
public readonly record struct Taint(int Start, int Length, TaintKind Kind, TaintForm Form, Origin Origin, int Source)
{
    internal int End => Start + Length;
}
