namespace Portico.Guardrails.Names.Lists;

/// <summary>Towns, countries and the words of addresses; from general knowledge. A blank stands between two, an underscore for a blank within one.</summary>
static class PlaceLists
{
    public const string Countries = """
        afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahrain bangladesh barbados belarus belgium belize benin bhutan bolivia
        bosnia botswana brazil brunei bulgaria burundi cambodia cameroon canada chad chile china colombia comoros congo costa_rica croatia cuba cyprus czechia
        czech_republic denmark djibouti dominica ecuador egypt el_salvador england equatorial_guinea eritrea estonia ethiopia fiji finland france gabon gambia georgia
        germany ghana greece grenada guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy ivory_coast jamaica japan
        jordan kazakhstan kenya kiribati kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg madagascar malawi malaysia
        maldives mali malta mauritius mexico moldova monaco mongolia montenegro morocco mozambique myanmar namibia nauru nepal netherlands new_zealand nicaragua niger
        nigeria north_macedonia northern_ireland norway oman pakistan palau panama paraguay peru philippines poland portugal qatar romania russia rwanda samoa
        saudi_arabia scotland senegal serbia seychelles sierra_leone singapore slovakia slovenia somalia south_africa south_korea south_sudan spain sri_lanka sudan
        suriname sweden switzerland syria taiwan tajikistan tanzania thailand togo tonga trinidad tunisia turkey turkmenistan tuvalu uganda ukraine
        united_arab_emirates united_kingdom united_states uruguay uzbekistan vanuatu venezuela vietnam wales yemen zambia zimbabwe usa uk uae
        deutschland österreich schweiz frankreich italien spanien niederlande polen belgien france allemagne espagne italie suisse belgique españa alemania francia italia
        méxico brasil argentina germania svizzera spagna nederland duitsland frankrijk polska niemcy sverige norge danmark suomi magyarország türkiye portugal
        """;

    public const string Cities = """
        london birmingham manchester leeds glasgow edinburgh liverpool bristol sheffield cardiff belfast newcastle nottingham leicester coventry oxford cambridge brighton
        york bath exeter norwich plymouth southampton portsmouth reading derby aberdeen dundee swansea croydon dublin cork galway limerick
        new_york los_angeles chicago houston phoenix philadelphia san_antonio san_diego dallas san_jose austin jacksonville fort_worth columbus charlotte san_francisco
        indianapolis seattle denver washington boston el_paso nashville detroit oklahoma_city portland las_vegas memphis louisville baltimore milwaukee albuquerque tucson
        fresno sacramento kansas_city mesa atlanta omaha colorado_springs raleigh miami long_beach oakland minneapolis tulsa tampa arlington new_orleans wichita cleveland
        bakersfield honolulu anaheim orlando pittsburgh cincinnati springfield st._louis buffalo rochester albany syracuse boise spokane tacoma des_moines
        salt_lake_city brooklyn queens pasadena burbank toronto montreal vancouver calgary ottawa edmonton winnipeg québec halifax
        sydney melbourne brisbane perth adelaide canberra hobart darwin auckland wellington christchurch cape_town johannesburg durban pretoria nairobi lagos accra cairo
        casablanca tunis algiers addis_ababa kampala dakar
        berlin hamburg münchen munich köln cologne frankfurt stuttgart düsseldorf dortmund essen leipzig bremen dresden hannover nürnberg duisburg bochum wuppertal bielefeld
        bonn münster karlsruhe mannheim augsburg wiesbaden mainz freiburg kiel lübeck erfurt rostock kassel potsdam heidelberg wien vienna graz linz salzburg innsbruck
        zürich zurich genf geneva basel bern lausanne luzern winterthur
        paris marseille lyon toulouse nice nantes strasbourg montpellier bordeaux lille rennes reims toulon grenoble dijon angers nîmes brest tours limoges amiens metz
        perpignan orléans rouen caen nancy avignon bruxelles brussels anvers antwerpen gent brugge liège namur luxembourg
        madrid barcelona valencia sevilla zaragoza málaga murcia palma bilbao alicante córdoba valladolid vigo gijón granada oviedo pamplona salamanca burgos cádiz
        lisboa lisbon porto braga coimbra faro porto_alegre são_paulo rio_de_janeiro salvador brasília fortaleza belo_horizonte curitiba recife
        buenos_aires bogotá lima santiago caracas quito montevideo ciudad_de_méxico mexico_city guadalajara monterrey puebla medellín cali
        roma rome milano milan napoli naples torino turin palermo genova bologna firenze florence bari catania venezia venice verona messina padova trieste brescia parma
        modena perugia livorno ravenna
        amsterdam rotterdam den_haag utrecht eindhoven groningen tilburg almere breda nijmegen apeldoorn haarlem arnhem enschede amersfoort leiden delft maastricht
        warszawa warsaw kraków łódź wrocław poznań gdańsk szczecin lublin katowice praha prague brno ostrava plzeň bratislava košice budapest debrecen szeged pécs ljubljana
        zagreb split belgrade beograd sofia bucharest bucurești cluj athens thessaloniki istanbul ankara izmir antalya
        stockholm göteborg gothenburg malmö uppsala oslo bergen trondheim stavanger copenhagen københavn aarhus odense helsinki espoo tampere turku reykjavík tallinn riga
        vilnius kyiv kiev lviv odesa moscow saint_petersburg novosibirsk kazan minsk tbilisi yerevan baku
        dubai abu_dhabi doha riyadh jeddah amman beirut damascus baghdad tehran jerusalem tel_aviv haifa kabul karachi lahore islamabad delhi new_delhi mumbai bangalore
        bengaluru hyderabad ahmedabad chennai kolkata pune jaipur surat lucknow kanpur nagpur kochi dhaka colombo kathmandu
        beijing shanghai guangzhou shenzhen chengdu wuhan hangzhou nanjing xi'an tianjin hong_kong taipei tokyo osaka kyoto nagoya sapporo fukuoka kobe yokohama hiroshima
        seoul busan incheon daegu bangkok hanoi ho_chi_minh_city kuala_lumpur jakarta surabaya manila singapore phnom_penh
        """;

    public const string States = """
        alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland
        massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia wisconsin
        wyoming ontario alberta manitoba quebec bayern bavaria sachsen hessen bretagne provence normandie andalucía cataluña lombardia toscana sicilia yorkshire kent
        essex sussex surrey devon cornwall dorset norfolk suffolk lancashire cheshire queensland tasmania victoria
        europe asia africa america siberia scandinavia patagonia sahara alps andes himalaya
        """;

    public const string StateCodes =
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC NSW VIC QLD ON BC QC AB";

    /// <summary>Words that are (or are in) the name of a street.</summary>
    public const string StreetWords = """
        street st avenue ave av road rd boulevard blvd lane ln drive dr way court ct place pl square sq terrace ter parkway pkwy highway hwy crescent cres close grove gardens
        mews row walk hill alley circle cir trail trl route pike plaza loop quay wharf broadway turnpike expressway
        straße strasse str gasse weg platz allee ring ufer damm chaussee steig pfad markt
        rue chemin impasse quai cours allée place passage faubourg
        calle c/ avenida avda paseo plaza carrer camino ronda carretera travesía glorieta
        via viale piazza corso largo vicolo piazzale strada lungomare
        straat laan gracht kade plein dijk singel steenweg
        rua praça travessa alameda largo estrada rodovia
        ulica ul aleja al plac pl ulice náměstí tř utca u útja út tér körút strada bulevardul ulitsa prospekt
        gata gatan vägen gade vej gate vei veien katu tie tegata kuja bulvarı caddesi cad sokak sok mahallesi odos leoforos jalan jl marg nagar
        """;

    /// <summary>Ends of a word that is the name of a street.</summary>
    public static readonly string[] StreetEndings =
    [
        "straße",
        "strasse",
        "str",
        "gasse",
        "weg",
        "platz",
        "allee",
        "ufer",
        "damm",
        "ring",
        "straat",
        "laan",
        "gracht",
        "kade",
        "plein",
        "dijk",
        "singel",
        "gatan",
        "gata",
        "vägen",
        "gade",
        "vej",
        "veien",
        "katu",
        "tie",
        "kuja",
        "utca",
        "gate",
        "stieg",
        "steig",
        "berg",
        "hof",
        "markt",
    ];

    public const string UnitWords = """
        apt apartment suite ste unit floor flat room building bldg block box po p.o fpo apo dpo psc etage stock wohnung whg appartement bât bâtiment étage piso puerta planta
        interno scala int huis bus lakás emelet kat daire hinterhaus postfach casilla apartado cedex cp plz zip postcode
        """;

    /// <summary>What street names are made of besides the names of people and towns.</summary>
    public const string StreetStems = """
        main high church station park mill victoria king queen market school green oak elm maple cedar pine chestnut walnut willow river lake hill spring bridge castle garden
        north south east west first second third fourth fifth washington lincoln jefferson madison franklin jackson highland sunset forest meadow valley college union
        brook mountain birch ridge cherry spruce dogwood lakeview railroad court windmill orchard abbey priory albert george new old
        """;

    public const string GermanStems =
        "haupt bahnhof schul kirch garten dorf berg wald linden birken eichen mühlen rosen wiesen goethe schiller mozart beethoven friedrichs kaiser markt bach feld ring burg brunnen sonnen tal";

    public const string FrenchStems =
        "de_la_République de_la_Paix Victor_Hugo Jean_Jaurès du_Général_Leclerc de_l'Église de_la_Gare des_Lilas du_Moulin Pasteur Voltaire des_Écoles de_Paris Gambetta du_Château de_la_Liberté des_Fleurs Saint-Martin du_Port";

    public const string SpanishStems =
        "Mayor de_la_Constitución del_Sol de_Alcalá San_Juan Real Nueva de_la_Paz Cervantes de_Goya de_Velázquez San_Martín Colón de_las_Flores del_Carmen Bolívar Benito_Juárez Insurgentes de_Mayo Reforma";

    public const string ItalianStems =
        "Roma Garibaldi Mazzini Dante Verdi Cavour Vittorio_Emanuele Nazionale San_Marco della_Libertà dei_Mille Manzoni Marconi XX_Settembre del_Corso Matteotti Leopardi delle_Rose";

    public const string PortugueseStems =
        "das_Flores Augusta da_Liberdade de_São_Bento Garrett do_Comércio da_República Paulista dos_Bandeirantes Sete_de_Setembro XV_de_Novembro da_Boavista Santa_Catarina";

    public const string DutchStems =
        "Keizers Prinsen Heren Kerk Dorps School Molen Stations Julianalaan Wilhelmina Beatrix Linden Eiken Nieuwe Oude Zomer Rozen Tulpen Burgemeester Industrie Bosch";
}
