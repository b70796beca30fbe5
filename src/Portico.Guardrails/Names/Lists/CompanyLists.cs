namespace Portico.Guardrails.Names.Lists;

/// <summary>What companies, authorities and clubs are called with; from general knowledge.</summary>
static class CompanyLists
{
    public const string Endings = """
        inc corp corporation llc llp ltd limited plc co company gmbh ag kg ohg ug mbh sa sas sarl srl spa bv nv ab as asa aps oy oyj kft zrt sro doo pty pte ltda lda sl slu se ev
        group holdings holding partners associates
        """;

    public const string Words = """
        bank university college hospital clinic school institute foundation trust insurance airlines airways motors pharmaceuticals pharma labs laboratories systems solutions
        technologies technology software networks media studios studio entertainment energy oil gas power electric electronics industries manufacturing engineering construction
        logistics shipping transport railways telecom communications consulting services capital ventures investments securities financial finance credit council agency ministry
        department bureau commission committee authority office association federation union society club museum library theatre orchestra church press publishing news times post
        journal records foods brewery bakery cafe restaurant hotel resorts pharmacy markets stores supply outfitters design creative analytics data robotics biotech therapeutics
        universität klinik krankenhaus sparkasse versicherung stadtwerke verlag banque université hôpital société assurance banco universidad hospital seguros banca università
        ospedale ziekenhuis universiteit verzekeringen werke verein stiftung amt ministerium cooperative healthcare medical dental legal airport
        """;

    public const string Stems = """
        acme apex atlas blue bright summit pioneer horizon north star silver golden red oak iron stone river lake harbor pacific atlantic global united national american
        continental central metro quantum nova vertex zenith alpha omega delta sigma orion phoenix titan vanguard liberty heritage evergreen maple cedar sunrise crystal
        diamond eagle falcon lion wolf bear fox swift rapid prime first premier royal imperial crown castle bridge gate path link next open smart clear pure green solar
        cloud cyber digital data info net web soft micro macro inter trans omni uni poly bio geo eco agri aqua terra aero astro
        """;

    /// <summary>Beginnings and ends of invented brands.</summary>
    public const string BrandStarts =
        "zen lumi veri opti road tele inno aero cira dyna exo fluxi gala helio infi jovi kine lexi medi novi orbi pixa quanti rever solu tera ultra vivi wave xeno zeta berk mand ire tran cogni brio syn";

    public const string BrandEnds =
        "fy ly ify io ix ia ium on os us tech data soft ware cycle lytics union net link nav works logic base hub stack mark scape core gen ray vance dyne tron phix sense flow";

    /// <summary>Well-known organisations, each a fact of public life.</summary>
    public const string Known = """
        Microsoft Google Amazon Apple Facebook Meta Netflix Tesla Intel IBM Oracle Cisco Nvidia Samsung Sony Toyota Honda Nissan Volkswagen BMW Mercedes-Benz Siemens Bosch SAP
        Bayer BASF Allianz Deutsche_Bank Commerzbank Lufthansa Telekom Adidas Puma Nike Starbucks McDonald's Walmart Costco Target Boeing Airbus Renault Peugeot Total Danone L'Oréal
        Nestlé Novartis Roche UBS Unilever Shell BP HSBC Barclays Lloyds Vodafone Orange Telefónica Santander BBVA Inditex Ferrari Fiat Enel Philips ING Heineken IKEA Ericsson
        Volvo Nokia Maersk Lego Equinor NASA FBI CIA UNESCO UNICEF WHO NATO BBC CNN Reuters Bloomberg Visa Mastercard PayPal Uber Airbnb Spotify Twitter LinkedIn OpenAI Anthropic
        Harvard_University Stanford_University Oxford_University Red_Cross World_Bank United_Nations European_Union European_Commission Federal_Reserve Goldman_Sachs
        Morgan_Stanley JPMorgan Citibank Pfizer Moderna Merck Tata Infosys Reliance Alibaba Tencent Huawei Xiaomi Toshiba Panasonic Hitachi FedEx UPS DHL Audi Porsche
        """;
}
