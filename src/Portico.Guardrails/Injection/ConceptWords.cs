using Portico.Guardrails.Learning;

namespace Portico.Guardrails.Injection;

/// <summary>
/// The words of each concept: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Turkish, Croatian, Romanian, Russian, Arabic, Hindi, Vietnamese, Indonesian, Chinese, Japanese, Korean.
/// </summary>
static class ConceptWords
{
    public static Lexicon Lexicon { get; } =
        new([
            // Override
            """
            ignore ignores ignored ignoring disregard* forget forgets forgot forgetting neglect overlook override overrides overriding overrule bypass* circumvent* discard abandon supersede* igmre bypassing
            ignorier* vergiss vergesst vergessen missachte* verwirf ignorez ignorer oublie* oubliez ignora ignorad ignoren ignore* olvid* descart* dimentic* scord* ignorar esquec* esqueça desconsider* negeer
            vergeet zignoruj* zapomnij pomin* pomiń ignorera glom glöm unut* yoksay* görmezden zaboravi* zanemari* ignorati ignora uita uitati игнорир* забуд* забыть تجاهل تجاهلوا انس अनदेखा भूल* ignorieren bỏ
            quên abaikan lupakan 忽略 忽视 无视 忘记 忘掉 不要理会 無視 忘れ 무시* 잊어* 잊고
            """,
            // Prior
            """
            previous previously prior above earlier before preceding former foregoing existing past original originally initial beginning vorherig* bisherig* obig* zuvor davor vorig* früher* bisher précédent* precedent*
            antérieur* anterior* previa* previo* previos previamente arriba sopra precedent* prima vorige voorgaande bovenstaande eerdere poprzedni* wcześniej* powyżs* tidigare föregående ovanstående önceki yukarıdaki
            prethodn* gornje anterioare precedente предыдущ* прежн* выше ранее السابقة السابق पिछले पहले trước sebelumnya 之前 先前 以前 上述 前面 上面 以上 前の 上記 이전 위의 앞의 지금까지
            """,
            // All
            """
            all every everything any entire whole complete full each alle alles alle allem allen sämtliche tout toute toutes tous todo todas todos toda tutto tutte tutti tudo alle wszystk* alla allt tüm bütün hepsini sve svih
            toate все всё всех كل جميع सभी सब tất semua seluruh 所有 全部 一切 すべて 全て 모든 모두
            """,
            // Instructions
            """
            instruction instructions directions directive* rule rules guideline* guidance order orders command commands policy policies programming training anweisung* instruktion*
            regeln vorgaben befehl* richtlinie* consigne* directives règles regles ordres instrucci* reglas órdenes ordenes istruzion* regole ordini instruç* instruco* regras ordens instructies regels opdrachten instrukcj*
            polecen* zasad* instruktioner regler talimat* kural* komut* instrukcij* upute pravila instrucțiun* instructiun* reguli инструкци* указани* правил* تعليمات التعليمات الأوامر قواعد निर्देश* आदेश* नियम* lệnh
            hướng instruksi perintah aturan 指令 指示 说明 规则 命令 ルール 命令 지시* 명령* 규칙* 지침*
            """,
            // Prompt
            """
            prompt prompts preprompt metaprompt systemprompt prompttext eingabeaufforderung aufforderung* invite промпт* подсказк* 提示词 提示 系统提示 プロンプト 프롬프트* embeddings preamble
            """,
            // Reveal
            """
            reveal* show shows print prints repeat repeats output outputs display tell share leak leaks disclose* dump expose* reproduce recite spell summarize summarise enumerate paste quote echo verrate* zeige* zeig gib nenne
            wiederhole* drucke* ausgeben offenbare* affiche* révèle* revele* montre* imprime* répète* repete* divulgue* muestra* revela* imprime* repite repita mostra* rivela* stampa* ripeti mostre revele repita toon onthul
            herhaal pokaż pokaz ujawnij wypisz powtórz visa avslöja skriv upprepa göster* açıkla* yazdır* tekrarla* pokaži otkrij ispiši arată покажи* раскро* выведи* повтори* اكشف اعرض اطبع दिखा* बता* दोहरा* tiết hiển tampilkan ungkapkan 显示 透露 输出 重复 告诉 打印
            泄露 公开 揭示 表示 出力 教え 見せ 알려* 보여* 출력* 공개*
            """,
            // System
            """
            system systems developer developers creator creators openai anthropic operator systemnachricht système systeme sistema desarrollador* sviluppator* desenvolved* entwickler* systeem systemow* sistem* систем* разработчик* النظام
            सिस्टम hệ 系统 开发者 システム 開発者 시스템* 개발자*
            """,
            // Model
            """
            ai ki ia llm llms gpt gpt3 gpt4 chatgpt assistant assistants chatbot chatbots bot bots model claude gemini bard copilot agent agents asistente assistente assistenten asystent* yapay asistan ии ассистент* مساعد सहायक 人工智能 助手
            机器人 模型 アシスタント 어시스턴트* 챗봇* 인공지능*
            """,
            // Persona
            """
            act acts acting pretend* roleplay* role persona personas simulate* simulat* imagine impersonate* embody become becomes character fictional hypothetical* fungier* spiele* stell vorstell* rolle agis agissez jouer prétend* imagine* actúa actua
            finge* fingere comporta* agisci aja finja atue doe gedraag udawaj zachowuj låtsas agera davran* rol glumi притвор* действуй представь веди تظاهر تصرف नाटक đóng berpura* bertindak 扮演 假装 假设 角色 演じ ふりをし 역할* 연기*
            """,
            // Unlimited
            """
            unrestrict* unfilter* uncensor* unlimited jailbreak* jailbroken amoral immoral unethical unmoderated unbound* unchained unconstrained limitless uninhibited unhinged anything uncensured uneingeschränkt* unzensiert*
            ungefiltert* hemmungslos  ilimitad* illimité*   liberated liberato god godmode devmode 不受限制 无限制 無制限
            """,
            // Without
            """
            without no free freed never  not none lacks beyond nor ohne keine keinerlei frei sans aucun aucune sin ninguna ninguno senza nessuna sem nenhuma zonder bez żadnych utan inga olmadan fără без بدون बिना không tanpa 没有 不受 无 なしで 없이
            """,
            // Limits
            """
            restriction* limit limits limitation* filter filters filtering censorship ethic ethics ethical moral morals morality boundary boundaries safeguard* safety guardrail* constraints rules guidelines policies terms regulations
            legality law laws consequences disclaimer* einschränkung* beschränkung* grenzen filter* ethik moral zensur restricción* restriccion* límite* limite* limiti restrizion* restriç* restrico* restrições filtr* ograniczen* beperkingen begränsningar kısıtlama* sınır* ограничен* фильтр*
            цензур* قيود प्रतिबंध* giới batasan 限制 约束 过滤 道德 制限 제한* 제약*
            """,
            // Refuse
            """
            refuse* refusal* refusing decline* deny denies reject* apologi* warn warns  sorry cant cannot unable disclaimer verweiger* ablehn* refus* niega rechaz* rifiut* recus* weiger* odmaw* отказ* 拒绝 拒否 거부*
            """,
            // Mode
            """
            mode modes modus modalità modo tryb läge modu mod режим* وضع मोड chế 模式 モード 모드*
            """,
            // Now
            """
            now  henceforth onwards instead starting immediately hereafter jetzt nun ab sofort stattdessen künftig maintenant désormais ahora partir adesso ora agora nu teraz od şimdi şu sada acum теперь сейчас отныне вместо الآن अब bây
            sekarang mulai 现在 从现在 而是 今から これから 이제 지금 대신
            """,
            // New
            """
            new next actual true updated neu neue neuen neues folgende folgenden nouvel* nouveau suivante* nueva* nuevo* siguiente* nuov* seguente* nova novas novo seguintes nieuwe volgende now* następując* ny nya följande yeni aşağıdaki nove noi
            нов* следующ* جديدة नए mới baru berikut 新的 以下 接下来 新しい 次の 새로운 다음
            """,
            // Task
            """
            task tasks assignment assignments mission goal objective job challenge test aufgabe* auftrag tâche* tache* tarea* compito tarefa* taak zadani* uppgift görev* zadatak задач* задани* مهمة कार्य nhiệm tugas 任务 タスク 작업* 임무*
            """,
            // Secret
            """
            secret secrets password* passcode* credential* key keys token tokens api apikey confidential private sensitive hidden internal access passwort* kennwort geheim* schlüssel zugangs* secrète* secret* clé* mot contraseña* clave* secreto* segreto
            segret* chiave senha* chave* segredo* wachtwoord* geheime hasł* tajn* sekret* lösenord hemlig* şifre* gizli parola* lozink* tajn* парол* секрет* ключ* سر كلمة مرور السرية पासवर्ड गुप्त mật  rahasia 密码 机密 密钥 秘密 パスワード 비밀* 암호*
            """,
            // Send
            """
            send sends sent email emailed mail post posts upload uploads forward forwards transmit* exfiltrat* deliver transfer submit ship sende* schick* übermittle* weiterleiten hochladen envoie* envoyez transmets envía* envia* envíe mande manda* reenv* invia*
            inoltra* stuur verstuur wyślij wyslij prześlij skicka gönder* pošalji trimite отправ* пошли перешли* أرسل भेज* gửi kirim* 发送 上传 转发 发给 送信 보내* 전송*
            """,
            // Tool
            """
            tool tools function functions call calls plugin plugins command shell script api action actions execute run invoke trigger werkzeug*  outil* herramienta* strumento strumenti ferramenta* narzędzi* verktyg araç* alat* инструмент* вызов* الأدوات उपकरण công alat 工具 调用 执行
            ツール 実行 도구* 실행*
            """,
            // Approve
            """
            approve* authorize* authorise* allow grant* permit confirm accept enable unlock genehmige* erlaube* bestätige* approuve* autorise* aprueba* autoriza* approva* aprove* autorize* keur zatwierdź zatwierdz godkänn onayla* odobri aprobă одобр* разреш* подтверд* وافق स्वीकृत* phê setujui 批准 同意 授权
            承認 승인* 허용*
            """,
            // Delete
            """
            delete* remove* drop wipe* erase* destroy* truncate* purge* disable* shutdown format lösche* entferne* supprime* efface* elimina* borra* cancella* apague* exclua verwijder usuń usun radera sil* obriši șterge удал* сотр* احذف हटा* मिटा* xóa hapus 删除 清空 削除 消去 삭제* 지우*
            """,
            // Remember
            """
            remember* memorize* memorise* store save* persist* record note merke* merk speichere* mémorise* memorise* retiens enregistre* recuerda* memoriza* guarda* ricorda* memorizza* lembre* memorize* guarde onthoud zapamiętaj zapamietaj  spara hatırla* kaydet* zapamti ține запомни* сохрани* تذكر احفظ
            याद nhớ ingat simpan 记住 保存 覚え 記憶 기억* 저장*
            """,
            // Always
            """
            always future permanent* forever memory memories session sessions conversation conversations persistent  immer künftig* dauerhaft gedächtnis toujours futur* mémoire siempre futur* memoria sempre futuro memória altijd geheugen zawsze pamięci alltid minne her zaman bellek uvijek
            mereu всегда будущ* память دائما हमेशा luôn selalu 总是 永远 以后 今后 常に 今後 항상 앞으로
            """,
            // Admin
            """
            admin admins administrator* root superuser owner privilege* privileged elevated sudo authorized verified administratör administrateur* administrador* amministrator* yönetici админ* администратор* مسؤول المدير प्रशासक quản 管理员 管理者 관리자*
            """,
            // Address
            """
            http https www com org net gmail webhook* endpoint server servers url urls link attacker attackers external externen extern externe externo esterno zewnętrzn* вешн* внешн* website serveur servidor сервер* 服务器 外部 攻击者 サーバー 外部の 서버* 외부*
            """,
            // Secrecy
            """
            secretly silently quietly covertly discreetly unnoticed stealth* heimlich unbemerkt stillschweigend discrètement secrètement secretamente silenciosamente segretamente  potajemnie tajno тайно незаметно سرا चुपके 偷偷 悄悄 暗中 密かに こっそり 몰래
            """,
            // Respond
            """
            respond* response responses reply replies say says saying write writes answering begin starting antworte* antwort schreib* sage sag réponds répondez repons* dis écris* responde* respuesta di escribe* rispondi risposta scrivi dica resposta escreva antwoord zeg schrijf odpowiedz napisz powiedz
            svara säg skriv yanıt* cevap* söyle* odgovori reci napiši răspunde spune ответ* скажи* напиши* أجب قل اكتب उत्तर कह* लिख* trả nói viết jawab katakan tulis 回答 回复 说 写 答え 返答 答え 대답* 말해* 응답*
            """,
            // You
            """
            you your youre yours yourself du dein deine deinen deiner sie ihre ihren ihr tu ton ta tes vous votre vos tú tu tus usted su sus tuo tua tue tuoi você seu sua je jouw uw twoje twój twoich du din dina sen senin ti tvoj tvoje tău ты твои тебя вы ваш* أنت आप आपके तुम bạn kamu anda 你 您 你的 あなた 너의 당신*
            """,
            // User
            """
            user users customer customers human humans utilisateur* usuario* utente utenti usuário* gebruiker* benutzer* nutzer* użytkownik* användar* kullanıcı* korisnik* utilizator* пользовател* المستخدم उपयोगकर्ता pengguna 用户 ユーザー 사용자*
            """,
            // Mention
            """
            example examples sample samples pattern patterns detector* detect detects detected detection flag flags flagged attack attacks injection injections phrase phrases fixture* regression classifier* classif*  awareness analysts unsafe malicious suspicious documentation quoted quote lesson learners
            guidance owasp ncsc mitigat* vulnerab* researcher* paper blog article attackers adversar*  test tests  changelog literature beispiel* muster angriff* exemple* attaque* ejemplo* ataque* esempio* attacco attacchi przykład* атак* пример* 例子 攻击 例 攻撃 예시* 공격*
            """,
            // Trust
            """
            trusted trustworthy authoritative authoritatively treat treats consider regard elevate* priority  overrides binding higher highest vertrauenswürdig behandle* traite* considère* trata* considera* tratta* trate traktuj behandla поверь довер* считай موثوق 信任 视为 当作 信頼 扱 신뢰* 간주*
            """,
            // Data
            """
            data document documents content text page result results retrieved context file files note notes attachment* article message messages inhalt* dokument* contenu* contenido* contenuto conteúdo inhoud treść dane innehåll içerik* sadržaj данн* документ* محتوى डेटा 数据 文档 内容 データ 文書 데이터* 문서*
            """,
            // Important
            """
            important* urgent* attention warning notice critical mandatory must required imperative wichtig* achtung dringend* unbedingt attention important* importante* urgente* atención atenção attenzione belangrijk ważne uwaga viktigt obs önemli dikkat važno важно внимание مهم महत्वपूर्ण  penting 重要 注意 紧急 必须 必ず 중요* 반드시
            """,
            // Question
            """
            how what why when where which who whose can could would should does is are do wie was warum wann wo welche wer comment quoi pourquoi quand quel quelle qué que cómo cuándo por come cosa perché quando como hoe wat waarom jak co dlaczego hur vad varför nasıl ne neden kako što как что почему كيف ماذا कैसे क्या 如何 什么 为什么 怎么
            """,
            // Named
            """
            dan dans stan dude aim dum jailbreak maximum devmode evil evilbot antigpt basedgpt betterdan mongotom kevin apophis omega tranzabot niccolo machiavelli ucar alphabreak superdan opposite anarchy freegpt chadgpt nraf cooper balakula
            """,
            // Obey
            """
            obey* comply* complies compliance must shall follow follows adhere strictly gehorche* befolge* folge* obéis* suis suivez obedece* sigue* obbedisci segui obedeça siga gehoorzaam volg wykonaj postępuj lyd följ uy itaat slušaj ascultă подчин* следуй* выполни* أطع اتبع पालन tuân patuhi ikuti 服从 遵守 遵循 执行 従 복종* 따르* 따라*
            """,
            // Harm
            """
            illegal* unlawful immoral unethical harmful dangerous offensive explicit violent hate racist sexist profan* swear curse cursing nsfw drugs weapon* bomb malware hack* criminal* inappropriate controversial illegale* ilegal* illégal* nelegal* незакон* 非法 违法 違法 불법*
            """,
            // Mine
            """
            my me mine our us mein meine meinen mir mon ma mes moi mi mis mio mia meu minha mijn mój moje min mina benim moj мой мне мои لي मेरा मेरे 我 我的 私の 내 나의 나에게
            """,
            // Not
            """
            not dont  never wont doesnt shouldnt without nicht niemals kein  pas jamais no nunca non mai não niet nie nooit inte aldrig değil asla ne nemoj nu не никогда لا मत नहीं đừng jangan 不要 别 不 しないで ないで 하지 마
            """,
            // Ask
            """
            please add append include insert embed integrate incorporate mention modify enhance translate generate create make give get retrieve find search list download read open book schedule change update set transfer withdraw pay buy order share grant unlock turn play check provide use
            replace convert encode encrypt render express suggest recommend promote advertise explain describe compose draft rename visit click copy merge employ utilize deploy ensure augment introduce bitte füge erstelle übersetze veuillez ajoute* traduis  añade* traduce* aggiungi traduci
            adicione traduza proszę dodaj przetłumacz пожалуйста добавь переведи 请 添加 翻译 ください 주세요
            """,
            // Answer
            """
            answer answers answering reply replies response responses output outputs solution code codebase implementation summary conclusion completion algorithm antwort réponse respuesta risposta resposta
            """,
            // Fetch
            """
            get retrieve* fetch find read download look collect gather list export search copy access obtain pull lese* hole récupère* busca* obtén cerca* busque
            """,
        ]);
}
