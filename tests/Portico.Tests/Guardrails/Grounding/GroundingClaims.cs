using Portico.Guardrails.Grounding;

namespace Portico.Tests.Guardrails.Grounding;

/// <summary>What answers say of the sources of <see cref="GroundingReaderTests"/>, rightly and wrongly.</summary>
static class GroundingClaims
{
    public static readonly string[] Supported =
    [
        "Fjordline Logistics was founded in 1987 in Bergen.",
        "Fjordline employs 1200 people.",
        "Employees who work full-time have 28 days of paid holiday a year.",
        "Unused days can be carried over until March 31, 2025.",
        "Unused holidays may be carried over until 2025-03-31.",
        "The probation period is 6 months.",
        "Overtime is paid at 150 % of the hourly wage.",
        "Managers don't receive overtime pay.",
        "The canteen isn't open at weekends.",
        "A lunch costs 7.50 dollars.",
        "Travel expenses above EUR 400 must be approved by finance.",
        "The company pays 60 percent of the public transport fee.",
        "Revenue grew by 12.5 percent to €340,000,000 in 2023.",
        "The code of conduct says that \"gifts of more than fifty euros are given back\".",
        "The EU has similar rules.",
        "The X200 pump delivers 45 litres a minute.",
        "Never run the pump without water.",
        "The warranty does not cover wear of the seal.",
        "CR2032 batteries are not included.",
        "It was tested on 14 June 2023 by Hanna Vogt.",
    ];

    public static readonly (string Text, UnsupportedReason Reason)[] Unsupported =
    [
        ("Fjordline Logistics was founded in 1978 in Bergen.", UnsupportedReason.NumberDiffers),
        ("Fjordline employs 12,000 people.", UnsupportedReason.NumberDiffers),
        ("Employees have 30 days of paid holiday a year.", UnsupportedReason.NumberDiffers),
        ("Unused days may be carried over until 31 May 2025.", UnsupportedReason.NumberDiffers),
        ("The probation period lasts three months.", UnsupportedReason.NumberDiffers),
        ("Overtime is paid at 150 euros of the hourly wage.", UnsupportedReason.NumberDiffers),
        ("A lunch costs €7.50.", UnsupportedReason.NumberDiffers),
        ("The pump X200 delivers 80 litres a minute.", UnsupportedReason.NumberDiffers),
        ("Managers receive overtime pay.", UnsupportedReason.NegationDiffers),
        ("The canteen is not open from Monday to Friday.", UnsupportedReason.NegationDiffers),
        ("The warranty covers wear of the seal.", UnsupportedReason.NegationDiffers),
        ("Travel expenses above 400 euros must not be approved by the finance department.", UnsupportedReason.NegationDiffers),
        ("Fjordline Logistics was founded in Bergen by Karin Dahl.", UnsupportedReason.NameMissing),
        ("The device was tested by Hanna Vogt in Lisbon.", UnsupportedReason.NameMissing),
        ("The pump X500 delivers 45 litres a minute at a pressure of 6 bar.", UnsupportedReason.NameMissing),
        ("The code of conduct says that \"gifts of more than ten euros are sent back\" by employees.", UnsupportedReason.QuoteMissing),
        ("Employees can borrow bicycles from the reception desk.", UnsupportedReason.WordsMissing),
        ("The pump must be painted with special varnish twice a decade.", UnsupportedReason.WordsMissing),
        ("Pets are welcome in every department.", UnsupportedReason.WordsMissing),
    ];

    /// <summary>Written before anything was measured: at the first look 13 of 16 were left alone and 12 of 16 of the false ones told. Rules were changed for what they showed.</summary>
    public static readonly string[] HeldOutSupported =
    [
        "The founder of Fjordline, Ingrid Solheim, founded it in 1987.",
        "During probation the notice period is 2 weeks.",
        "After that the notice period is three months.",
        "Managers get no overtime pay.",
        "From Monday to Friday the canteen is open.",
        "Lunch costs $7.50.",
        "Parking spaces are free for employees with disabilities.",
        "Profit fell slightly in 2023 because fuel prices were higher.",
        "In 2023, revenue grew to 340 million euros.",
        "The filter has to be cleaned every 500 hours.",
        "The X300 has a pressure of 9 bar and delivers 80 litres a minute.",
        "The warranty covers material defects for 24 months.",
        "Without water, the seal of the pump is damaged within seconds.",
        "The device was tested in Rotterdam in June 2023.",
        "Batteries are not included.",
        "Fjordline has 1,200 employees in four countries.",
    ];

    public static readonly string[] HeldOutUnsupported =
    [
        "The founder of Fjordline is Ingrid Berg.",
        "During probation the notice period is 4 weeks.",
        "The notice period after probation is five months.",
        "The canteen is open at weekends.",
        "Lunch costs $5.70.",
        "Parking spaces are free for all visitors and their families.",
        "Profit rose slightly in 2022.",
        "In 2023, revenue grew to 430 million euros.",
        "The filter must be cleaned every 50 hours.",
        "The X200 has a pressure of 9 bar.",
        "The warranty does not cover defects of material.",
        "The warranty covers defects of material for 36 months.",
        "Run the pump without water for some seconds before you clean it.",
        "The device was tested in Rotterdam in July 2023.",
        "Batteries of type CR2032 are included.",
        "Fjordline has offices in Hamburg and Oslo.",
    ];

    /// <summary>The source of the claims below, which were written later: at the first look 15 of 16 were left alone and 13 of 16 of the false ones told. Then mistakes of reading were mended.</summary>
    public const string SecondSource = """
        The public library of Ostmark opened its new building on 3 May 2019. The architect, Lena Fuhrmann, won the Danube Prize for it in 2020.
        The building has four floors and holds 310,000 books. About 2,500 people visit it on a normal day.
        A yearly card costs 24 euros. Children under 14 and students pay nothing. Cards are not valid in the other libraries of the region.
        Books can be borrowed for four weeks and renewed twice, unless somebody has reserved them. Films and games cannot be renewed.
        For each day that a book is late the library charges 0.30 euros, but never more than 15 euros in all.
        Laptops are lent for use inside the building only. The reading room on the third floor is closed on Sundays.
        In 2022 the city council cut the budget by 8 percent. The director, Tomas Brandl, had asked for an increase of 5 percent.
        Food is forbidden in the reading room, while water in closed bottles is allowed.
        """;

    public static readonly string[] SecondSupported =
    [
        "Ostmark's public library opened its new building on May 3, 2019.",
        "Lena Fuhrmann, the architect, won the Danube Prize in 2020.",
        "The library holds 310 000 books on four floors.",
        "On a normal day about 2500 people visit the building.",
        "A card for a year costs €24.",
        "Students and children under 14 pay nothing.",
        "The cards aren't valid in other libraries of the region.",
        "You can borrow books for 4 weeks and renew them twice.",
        "Games and films can't be renewed.",
        "The library charges EUR 0.30 for each day a book is late.",
        "It never charges more than 15 euros in all.",
        "The reading room is closed on Sundays.",
        "The city council cut the budget by 8% in 2022.",
        "Director Tomas Brandl had asked for 5 percent more.",
        "Water in closed bottles is allowed in the reading room.",
        "Laptops may only be used inside the building.",
    ];

    public static readonly string[] SecondUnsupported =
    [
        "The new building of the library was opened on 5 March 2019.",
        "The architect Lena Fuhrmann won the Pritzker Prize in 2020.",
        "The library holds 31,000 books.",
        "About 25,000 people visit the building on a normal day.",
        "A yearly card costs 42 euros.",
        "Children under 16 pay nothing.",
        "Cards are valid in the other libraries of the region.",
        "Books can be borrowed for six weeks.",
        "Films and games can be renewed.",
        "The library charges 0.30 dollars for each day a book is late.",
        "The reading room on the third floor is not closed on Sundays.",
        "The city council cut the budget by 5 percent.",
        "Tomas Brandl is the mayor of Ostmark.",
        "The library lends musical instruments to schools.",
        "Food is allowed in the reading room.",
        "In 2022 the city council raised the budget by 8 percent.",
    ];
}
