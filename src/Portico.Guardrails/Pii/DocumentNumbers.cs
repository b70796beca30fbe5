using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Numbers of passports, driving licences, vehicles, accounts and patients.</summary>
static class DocumentNumbers
{
    const string Passport =
        "passport|passports|passeport|reisepass|pasaporte|passaporto|passaporte|paszport|паспорт|护照|パスポート|旅券|여권|travel document|pass no";
    const string Licence =
        "driver|drivers|driver's|driving|dl|permis de conduire|führerschein|fuehrerschein|licencia de conducir|patente di guida|patente|rijbewijs|carteira de motorista|cnh|lic#|license number|licence number|license no|licence no|driver license|operator license";

    public static readonly NumberRule[] All =
    [
        new(
            "pii.vehicle.vin",
            "Vehicle identification number",
            "",
            "*****************",
            DocumentChecks.Vehicle,
            new(0.7f, 0.7f, 0.9f),
            "vin|chassis|vehicle"
        ),
        new(
            "pii.vehicle.plate_tr",
            "Licence plate",
            "TR",
            "99 A 99|99 A 999|99 A 9999|99 AA 99|99 AA 999|99 AA 9999|99 AAA 99|99 AAA 999|99 AAA 9999",
            t => CheckDigits.Number(t[..2]) is >= 1 and <= 81,
            new(0.3f, 0.35f, 0.85f),
            "plaka|plate|plakası"
        ),
        new(
            "pii.vehicle.plate_uk",
            "Licence plate",
            "GB",
            "AA99 AAA|AA99AAA",
            t => DocumentChecks.BritishPlate(t),
            new(0.3f, 0.4f, 0.9f),
            "plate|vehicle|vehicles|registration|reg|car"
        ),
        new(
            "pii.vehicle.plate_in",
            "Licence plate",
            "IN",
            "AA99AA9999|AA9AAA9999|AA99A9999|AA 99 AA 9999|AA-99-AA-9999|AAA9999|AA9999",
            DocumentChecks.IndianPlate,
            new(0.2f, 0.4f, 0.9f),
            "plate|vehicle|registration|car"
        ),
        new("pii.vehicle.plate_ng", "Licence plate", "NG", "AAA-999AA", null, new(0.3f, 0.35f, 0.9f), "plate|vehicle|registration|car"),
        new(
            "pii.passport.it",
            "Passport or identity card",
            "IT",
            "AA9999999|AA99999AA|AA 9999999",
            null,
            new(0.15f, 0.15f, 0.8f),
            Passport + "|carta d'identità|identity card|identità"
        ),
        new("pii.passport.es", "Passport", "ES", "AAA999999", null, new(0.15f, 0.15f, 0.8f), Passport),
        new(
            "pii.passport.in",
            "Passport",
            "IN",
            "A9999999",
            t => t[0] is not ('Q' or 'X' or 'Z') && t[1] != '0' && t[7] != '0',
            new(0.15f, 0.15f, 0.85f),
            Passport
        ),
        new(
            "pii.passport.kr",
            "Passport",
            "KR",
            "A99999999|A999A9999",
            t => t[0] is 'M' or 'S' or 'R' or 'O' or 'D',
            new(0.2f, 0.2f, 0.85f),
            Passport
        ),
        new("pii.passport.us", "Passport", "US", "A99999999|999999999", null, new(0.1f, 0.1f, 0.85f), Passport),
        new(
            "pii.passport.other",
            "Passport",
            "",
            "AA9999999|A9999999|AA999999|A999999|99AA99999|99999999|9999999999|AA 9999999|A99AA9999",
            null,
            new(0.1f, 0.1f, 0.8f),
            Passport
        ),
        new(
            "pii.driver_licence.us",
            "Driver's licence",
            "US",
            "9999999|99999999|999999999|9999999999|99999999999|999999999999|9999999999999|A9999999|A99999999|A999999999|A9999999999|A99999999999|A999999999999|A9999999999999|A99999999999999|AA999999A|9999-99-9999|A999-9999-9999|AA~99~99~99|A9999-99999-99999|AA 999999|AA999999|AA9999999|A99-99-9999|99AAA99999|99 999 999|999 999 999|999-99-9999|999-999-999|A 999 999 999 999|A-999-999-999-999|A999 9999 9999|AAA999999|AAA9999999|AAAAA999AA9AA|AAAAAAA999*9|A999-999-99-999-9",
            null,
            new(0.05f, 0.1f, 0.85f),
            Licence
        ),
        new(
            "pii.driver_licence.de",
            "Führerschein",
            "DE",
            "A99******9*",
            null,
            new(0.15f, 0.15f, 0.9f),
            "führerschein|fuehrerschein|fahrerlaubnis|driving|licence|license"
        ),
        new(
            "pii.health.de_bsnr",
            "Betriebsstättennummer",
            "DE",
            "999999999",
            t => t[0] != '0' || t[1] != '0',
            new(0.05f, 0.05f, 0.9f),
            "bsnr|betriebsstätten|betriebsstättennummer"
        ),
        new(
            "pii.driver_licence.it",
            "Patente di guida",
            "IT",
            "AA9999999A|U1**99999A|U1*999999A|U1*99*999A",
            t => t[..2] is not "U1" || DocumentChecks.ItalianLicence(t),
            new(0.35f, 0.35f, 0.9f),
            Licence
        ),
        new(
            "pii.account.number",
            "Account number",
            "",
            "9999999|99999999|999999999|9999999999|99999999999|999999999999|9999999999999|99999999999999|999-99-9999|9999-9999-99|999-9999-9999|9999-9999|999-999-999|999-999-9999|9999-9999-9999|99999999A|999999999A",
            null,
            new(0.02f, 0.02f, 0.75f),
            "account number|account no|account #|acct|a/c|bank account|kontonummer|numéro de compte|número de cuenta|numero di conto|account"
        ),
        new(
            "pii.account.reference",
            "Number of a customer, employee or policy",
            "",
            "99999|999999|9999999|99999999|999999999|9999999999|99999A|999999A|9999999A|99999999A|999999999A|A99999|A999999|A9999999|AA999999|AA-999999|AA-99999|99999-AA|999999-AA|AAA-99999|AAA-999999",
            null,
            new(0.02f, 0.02f, 0.7f),
            "id number|identification number|customer id|customer number|customer no|employee id|employee number|member id|membership number|policy number|policy no|insurance policy|insurance code|insurance id|student id|beneficiary number|badge number|kundennummer|personalnummer"
        ),
        new(
            "pii.health.patient_id",
            "Patient number",
            "",
            "AAA-9999999|AAAAA-999999|99999A|999999|9999999|99999999|AA999999|AAA999999|AA-999999|A999999|AAA-999999",
            null,
            new(0.02f, 0.02f, 0.75f),
            "patient id|patient number|patient no|mrn|medical record"
        ),
    ];
}
