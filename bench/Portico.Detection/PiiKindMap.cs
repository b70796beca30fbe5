using System.Collections.Frozen;

namespace Portico.Detection;

/// <summary>What the sets of personal data call the kinds that the detector has.</summary>
static class PiiKindMap
{
    /// <summary>From the kinds of pii_stdnum (modules of python-stdnum).</summary>
    public static readonly FrozenDictionary<string, string> Stdnum = Read(
        """
        al.nipt - at.tin tax_id.at_steuernummer at.uid tax_id.eu_vat at.vnr national_id.at_svnr au.abn tax_id.au_abn au.acn tax_id.au_acn au.tfn national_id.au_tfn
        be.nn national_id.be_rrn be.bis national_id.be_rrn be.ssn national_id.be_rrn be.vat tax_id.eu_vat bg.egn national_id.bg_egn br.cpf national_id.br_cpf
        br.cnpj tax_id.br_cnpj ca.sin national_id.ca_sin ca.bn tax_id.ca_bn ch.ssn national_id.ch_ahv ch.uid tax_id.ch_uid ch.vat tax_id.ch_vat cl.rut national_id.cl_rut cn.ric national_id.cn_id
        cn.uscc tax_id.cn_uscc co.nit tax_id.co_nit cz.rc national_id.cz_rodne_cislo sk.rc national_id.sk_rodne_cislo de.idnr national_id.de_steuerid de.vat tax_id.eu_vat
        dk.cpr national_id.dk_cpr do.cedula national_id.do_cedula do.rnc tax_id.do_rnc ec.ci national_id.ec_cedula ee.ik national_id.ee_isikukood es.dni national_id.es_dni
        es.nie national_id.es_nie es.cif tax_id.es_cif fi.hetu national_id.fi_hetu fr.nir national_id.fr_nir fr.nif national_id.fr_nif fr.siren tax_id.fr_siren
        fr.siret tax_id.fr_siret gb.nhs national_id.uk_nhs gb.utr tax_id.uk_utr gb.vat tax_id.gb_vat gr.amka national_id.gr_amka gr.vat tax_id.gr_afm gt.nit tax_id.gt_nit
        hr.oib national_id.hr_oib ie.pps national_id.ie_pps il.idnr national_id.il_id in_.aadhaar national_id.in_aadhaar in_.pan national_id.in_pan
        in_.gstin tax_id.in_gstin in_.epic national_id.in_epic is_.kennitala national_id.is_kennitala it.codicefiscale national_id.it_codice_fiscale/tax_id.it_partita_iva es.nif national_id.es_dni/national_id.es_nie/tax_id.es_cif it.iva tax_id.it_partita_iva
        jp.cn tax_id.jp_corporate jp.in_ national_id.jp_my_number kr.rrn national_id.kr_rrn kr.brn tax_id.kr_brn lt.asmens national_id.lt_asmens_kodas 
        ma.ice tax_id.ma_ice me.iban iban md.idno national_id.md_idnp mx.curp national_id.mx_curp mx.rfc tax_id.mx_rfc my.nric national_id.my_nric nl.bsn national_id.nl_bsn
        no.fodselsnummer national_id.no_fodselsnummer no.kontonr bank.no_kontonummer no.mva tax_id.no_mva nz.ird tax_id.nz_ird pe.ruc tax_id.pe_ruc pl.nip tax_id.pl_nip
        pl.pesel national_id.pl_pesel pl.regon tax_id.pl_regon pt.nif national_id.pt_nif py.ruc tax_id.py_ruc ro.cnp national_id.ro_cnp ru.inn tax_id.ru_inn
        se.personnummer national_id.se_personnummer se.orgnr tax_id.se_organisationsnummer se.vat tax_id.eu_vat sg.uen tax_id.sg_uen si.emso national_id.si_emso th.pin national_id.th_id
        tr.tckimlik national_id.tr_tckn tr.vkn tax_id.tr_vkn tw.ubn tax_id.tw_ubn ua.rntrc national_id.ua_rnokpp us.ssn national_id.us_ssn us.itin national_id.us_itin
        us.ein tax_id.us_ein us.rtn bank.us_routing uy.rut tax_id.uy_rut ve.rif tax_id.ve_rif za.idnr national_id.za_id iban iban es.iban iban be.iban iban id.npwp tax_id.id_npwp
        id.nik national_id.id_nik pk.cnic national_id.pk_cnic dk.cvr tax_id.eu_vat fi.alv tax_id.eu_vat nl.btw tax_id.eu_vat lu.tva tax_id.eu_vat mt.vat tax_id.eu_vat si.ddv tax_id.eu_vat sk.dph tax_id.eu_vat ro.cf tax_id.eu_vat
        lv.pvn tax_id.eu_vat hu.anum tax_id.eu_vat ee.kmkr tax_id.eu_vat fr.tva tax_id.eu_vat sk.ico tax_id.cz_ico be.eid national_id.be_eid gh.tin tax_id.gh_tin mk.edb tax_id.mk_edb me.pib tax_id.me_pib rs.pib tax_id.rs_pib ru.ogrn tax_id.ru_ogrn
        ee.registrikood tax_id.ee_registrikood za.tin tax_id.za_tin bitcoin crypto_wallet
        """
    );

    /// <summary>
    /// From the kinds of pii_checkdigits (functions and locales of validator.js). Left out because validator.js asks for less there than the detector: btcaddress (no checksum) and
    /// identity_card:PL (no date).
    /// </summary>
    public static readonly FrozenDictionary<string, string> Checkdigits = Read(
        """
        abarouting bank.us_routing ethereumaddress crypto_wallet creditcard card iban iban identity_card:ES national_id.es_dni identity_card:FI national_id.fi_hetu
        identity_card:IN national_id.in_aadhaar identity_card:IR national_id.ir_melli identity_card:NO national_id.no_fodselsnummer identity_card:PK national_id.pk_cnic
        identity_card:TH national_id.th_id identity_card:he-IL national_id.il_id identity_card:zh-CN national_id.cn_id
        identity_card:zh-HK national_id.hk_hkid identity_card:zh-TW national_id.tw_id taxid:bg-BG national_id.bg_egn taxid:cs-CZ national_id.cz_rodne_cislo
        taxid:sk-SK national_id.sk_rodne_cislo taxid:de-DE national_id.de_steuerid taxid:dk-DK national_id.dk_cpr taxid:el-GR tax_id.gr_afm taxid:en-CA national_id.ca_sin
        taxid:en-GB national_id.uk_nino taxid:en-IE national_id.ie_pps taxid:en-IN national_id.in_pan taxid:es-AR national_id.ar_cuit taxid:et-EE national_id.ee_isikukood
        taxid:fi-FI national_id.fi_hetu taxid:fr-FR national_id.fr_nif taxid:hr-HR national_id.hr_oib taxid:hu-HU national_id.hu_adoazonosito
        taxid:it-IT national_id.it_codice_fiscale taxid:lb-LU national_id.lu_matricule taxid:fr-LU national_id.lu_matricule taxid:lv-LV national_id.lv_personas_kods
        taxid:nl-BE national_id.be_rrn taxid:fr-BE national_id.be_rrn taxid:nl-NL national_id.nl_bsn taxid:pt-PT national_id.pt_nif taxid:ro-RO national_id.ro_cnp
        identity_card:ar-LY national_id.ly_id taxid:pl-PL tax_id.pl_nip/national_id.pl_pesel taxid:pt-BR national_id.br_cpf/tax_id.br_cnpj taxid:es-ES national_id.es_dni/national_id.es_nie taxid:de-AT tax_id.at_steuernummer taxid:en-US tax_id.us_ein taxid:sv-SE national_id.se_personnummer vat:AU tax_id.au_abn vat:CH tax_id.ch_vat email email
        """
    );

    /// <summary>From the entities of Presidio; a slash between where one of several will do.</summary>
    public static readonly FrozenDictionary<string, string> Presidio = Read(
        """
        ABA_ROUTING_NUMBER bank.us_routing AU_ABN tax_id.au_abn AU_ACN tax_id.au_acn AU_MEDICARE health.au_medicare AU_TFN national_id.au_tfn CA_SIN national_id.ca_sin CREDIT_CARD card
        CRYPTO crypto_wallet DE_HEALTH_INSURANCE health.de_krankenversicherung DE_LANR health.de_lanr DE_PASSPORT passport.de DE_ID_CARD passport.de
        DE_SOCIAL_SECURITY national_id.de_rentenversicherung DE_TAX_ID national_id.de_steuerid DE_VAT_ID tax_id.eu_vat EMAIL_ADDRESS email ES_NIE national_id.es_nie
        ES_NIF national_id.es_dni ES_PASSPORT passport.es FI_PERSONAL_IDENTITY_CODE national_id.fi_hetu IBAN_CODE iban IN_AADHAAR national_id.in_aadhaar IN_GSTIN tax_id.in_gstin
        IN_PAN national_id.in_pan IN_PASSPORT passport.in IN_VEHICLE_REGISTRATION vehicle.plate_in IN_VOTER national_id.in_epic IP_ADDRESS ip_address IT_DRIVER_LICENSE driver_licence.it
        IT_IDENTITY_CARD passport.it IT_PASSPORT passport.it IT_VAT_CODE tax_id.it_partita_iva IT_FISCAL_CODE national_id.it_codice_fiscale KR_BRN tax_id.kr_brn KR_FRN national_id.kr_frn
        KR_PASSPORT passport.kr KR_RRN national_id.kr_rrn MAC_ADDRESS mac_address NG_NIN national_id.ng_nin NG_VEHICLE_REGISTRATION vehicle.plate_ng PHONE_NUMBER phone
        PH_MOBILE_NUMBER phone PH_TIN national_id.ph_tin PL_PESEL national_id.pl_pesel SE_ORGANISATIONSNUMMER tax_id.se_organisationsnummer SE_PERSONNUMMER national_id.se_personnummer
        SG_NRIC_FIN national_id.sg_nric SG_UEN tax_id.sg_uen TH_TNIN national_id.th_id TR_LICENSE_PLATE vehicle.plate_tr TR_NATIONAL_ID national_id.tr_tckn TR_PHONE_NUMBER phone
        UK_DRIVING_LICENCE driver_licence.uk UK_NHS national_id.uk_nhs UK_NINO national_id.uk_nino UK_PASSPORT passport.other/passport.it UK_VEHICLE_REGISTRATION vehicle.plate_uk
        US_DRIVER_LICENSE driver_licence.us US_ITIN national_id.us_itin US_MBI health.us_mbi US_NPI health.us_npi US_PASSPORT passport.us US_SSN national_id.us_ssn ZA_ID_NUMBER national_id.za_id
        DE_TAX_NUMBER tax_id.de_steuernummer DE_FUEHRERSCHEIN driver_licence.de DE_HANDELSREGISTER tax_id.de_handelsregister DE_BSNR health.de_bsnr KR_DRIVER_LICENSE driver_licence.kr
        US_BANK_NUMBER account.number MEDICAL_LICENSE health.us_dea ES_CIF tax_id.es_cif UK_UTR tax_id.uk_utr BR_CPF national_id.br_cpf BR_CNPJ tax_id.br_cnpj
        """
    );

    static FrozenDictionary<string, string> Read(string pairs)
    {
        var words = pairs.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words
            .Chunk(2)
            .Where(p => p[1] != "-")
            .ToFrozenDictionary(p => p[0], p => string.Join('/', p[1].Split('/').Select(k => "pii." + k)), StringComparer.Ordinal);
    }
}
