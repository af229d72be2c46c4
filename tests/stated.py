"""What the five documents state, item by item, drawn up from the documents; tests/test_facts.py holds the facts to it.

One row of STATED is one figure or date: place | as printed | figure | days | kind | status | what (of dates). A figure
is its qualifier, its number or low..high, and its measure; `-` is none. Days are first..last, a whole year as 2026;
`?` is a date without any day (近期), `-` no date. Years printed 20XX or 今年 are counted from the assumed 2026.
"""

STATED = {
    "000": """
一1 | 11.5平方公里 | exact 11.5 平方公里 | - | comparable | stated
一1 | 20.57平方公里 | exact 20.57 平方公里 | - | comparable | stated
一1 | 10多年 | over 10.. 年 | - | comparable | stated
二（一）1 | 11.5平方公里 | exact 11.5 平方公里 | - | comparable | stated
二（一）1 | 20XX年 | withheld | ? | comparable | withheld
二（一）1 | 十多年 | over 10.. 年 | - | comparable | stated
二（一）2 | 1059个 | exact 1059 个 | - | comparable | stated
二（一）2 | 约70% | about 70 % | - | comparable | stated
二（一）2 | 六条 | exact 6 条 | - | comparable | stated
二（一）2 | 5万平方米 | exact 5 万平方米 | - | comparable | stated
二（一）3 | 三期 | exact 3 期 | - | comparable | stated
二（二） | 约12.7平方公里 | about 12.7 平方公里 | - | figure | stated
二（二） | 五减 | exact 5 项 | - | figure | stated
二（二） | 两提升 | exact 2 项 | - | figure | stated
二（二） | 20公顷 | exact 20 公顷 | ..2029-12-31 | target | planned
二（二） | 7600亩 | exact 7600 亩 | ..2029-12-31 | target | planned
二（二） | 400万平方米 | exact 400 万平方米 | ..2029-12-31 | target | planned
二（二） | 3.9万人 | exact 3.9 万人 | ..2029-12-31 | target | planned
二（二） | 7400亩 | exact 7400 亩 | ..2029-12-31 | target | planned
二（二） | 37% | exact 37 % | - | base | stated
二（二） | 79% | exact 79 % | ..2029-12-31 | target | planned
二（二）1 | 约为9:1 | about 9 :1 | - | target | planned
二（二）1 | 约为3:1 | about 3 :1 | - | target | planned
二（二）2 | 99.6% | exact 99.6 % | - | figure | stated
二（二）2 | 已完成 | - | ? | outcome | done | 沙子营村收回拆除已完成
二（二）2 | 2571亩 | exact 2571 亩 | ? | measured | done
二（二）2 | 100.6万 | exact 100.6 万平方米 | ? | measured | done
二（二）2 | 1.6万人 | exact 1.6 万人 | ? | measured | done
二（二）3 | 3月初 | - | 2026-03-01..2026-03-10 | outcome | done | 征集公告已发布
二（二）3 | 目前已有 | - | ? | outcome | in_hand | 应征报名进行中
二（二）3 | 21家 | exact 21 家 | ? | measured | stated
二（三）2 | 177公顷 | at_most ..177 公顷 | - | target | planned
二（四）1 | 4月—6月 | - | 2026-04-01..2026-06-30 | due | planned | 方案征集时段
二（四）1 | 6月底 | - | 2026-06-21..2026-06-30 | due | planned | 方案评审时间
二（四）1 | 8月底 | - | 2026-08-21..2026-08-31 | due | planned | 方案综合时间
二（四）1 | 8月底 | - | 2026-08-21..2026-08-31 | due | planned | 成果展示时间
二（四）1 | 10月底前 | - | ..2026-10-31 | due | planned | 勘察、设计招标期限
二（四）1 | 12月底前 | - | ..2026-12-31 | due | planned | 施工、监理招投标期限
二（四）1 | 10家左右 | about 10 家 | - | target | planned
二（四）2 | 20XX年 | withheld | - | blank | withheld
二（四）2 | 170万平方米 | exact 170 万平方米 | 2026 | figure | planned
二（四）2 | 20XX年 | - | 2026 | due | planned | 启动前苇沟四村住宅腾退的年份
二（四）2 | 4个村 | exact 4 村 | 2026 | target | planned
二（四）2 | 20XX年 | - | 2026 | due | planned | 启动下辛堡村代拆腾退的年份
二（四）2 | 代拆的下辛堡村拆迁腾退 | withheld 万平方米 | - | blank | withheld
二（四）2 | 20XX年 | - | 2026 | due | planned | 住宅腾退完成的年份
二（四）2 | 100% | exact 100 % | 2026 | figure | planned
二（四）2 | 约203万平方米 | about 203 万平方米 | 2026 | target | planned
二（四）2 | 20XX年 | - | 2026 | due | planned | 非住宅腾退完成八成的年份
二（四）2 | 80% | exact 80 % | 2026 | figure | planned
二（四）2 | 约170万平方米 | about 170 万平方米 | 2026 | target | planned
二（四）2 | 20XX年 | - | 2026 | due | planned | 总体规划方案完成的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 生态专项规划完成的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 交通专项规划完成的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 成立公园建设实施主体的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 开展融资的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 施工招投标前期的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 局部景观建设的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 原有绿地提升的年份
二（四）2 | 1000亩 | exact 1000 亩 | 2026 | target | planned
二（四）2 | 20XX年 | - | 2026 | due | planned | 京承高速西侧重点绿化的年份
二（四）2 | 约1500亩 | about 1500 亩 | 2026 | target | planned
二（四）2 | 20XX年 | - | 2026 | due | planned | 先期建设湿地保育区的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 先期建设湿地体验区的年份
二（四）2 | 20XX年 | - | 2026 | due | planned | 景观节点的年份
二（四）2 | 20XX年 | withheld | - | blank | withheld
二（四）2 | 20XX年 | - | 2027 | due | planned | 剩余非住宅腾退完成的年份
二（四）2 | 20XX年 | - | 2027 | due | planned | 农业人口转居完成的年份
二（四）2 | 20XX年 | - | 2027 | due | planned | 骨架型绿地建成的年份
二（四）2 | 20XX年 | - | 2027 | due | planned | 公园水系建成的年份
二（四）2 | 20XX年 | - | 2027 | due | planned | 启动公园及周边基础设施的年份
二（四）2 | 20XX年 | withheld | - | blank | withheld
二（四）2 | 20XX年 | - | 2028 | due | planned | 安置房基本建成的年份
二（四）2 | 20XX年 | - | 2028 | due | planned | 农民陆续回迁安置的年份
二（四）2 | 20XX年 | - | 2028 | due | planned | 启动平衡资金地块上市的年份
二（四）2 | 20XX年 | - | 2028 | due | planned | 生态环境面貌初步形成的年份
二（四）2 | 20XX年 | - | 2028 | due | planned | 启动配套服务设施的年份
二（四）2 | 20XX年 | withheld | - | blank | withheld
二（四）2 | 20XX年 | - | 2029 | due | planned | 公园全部建成的年份
二（四）2 | 20XX年 | - | 2029 | due | planned | 正式开放的年份
二（四）3 | 3个 | exact 3 个 | - | figure | planned
二（四）3 | 正在开展 | - | ? | outcome | in_hand | 国开行贷款前期准备进行中
二（四）3 | 正在开展 | - | ? | outcome | in_hand | 平衡资金用地控规在报
二（四）3 | 正在开展 | - | ? | outcome | in_hand | 安置房用地控规在报
二（四）3 | 争取9月 | - | 2026-09-01..2026-09-30 | due | sought | 安置房开工的时间
二（四）3 | 近期 | - | ? | due | planned | 新闻发布会的时间
二（四）3 | 一场 | exact 1 次 | - | figure | planned
""",
    "001": """
引言 | 去年以来 | - | ? | figure | stated
引言 | 5个片区 | exact 5 个 | - | target | in_hand
引言 | 截至目前 | - | ? | outcome | done | 试点片区初步方案已完成
二（一）1 | 双组长 | exact 2 人 | - | figure | stated
二（一）2 | 三重身份 | exact 3 类 | - | figure | stated
二（二） | 57% | exact 57 % | - | figure | stated
二（二） | 28.3% | exact 28.3 % | - | figure | stated
二（二） | 14.7% | exact 14.7 % | - | figure | stated
二（二） | 两个方面 | exact 2 项 | - | figure | stated
二（二） | 三大园区 | exact 3 个 | - | target | planned
二（二） | 21.9万 | exact 21.9 万人 | ? | figure | stated
二（二） | 800余条 | over 800.. 条 | - | measured | done
二（二） | 203条 | exact 203 条 | - | measured | done
三 | 五路共进 | exact 5 条 | - | figure | planned
""",
    "002": """
引言 | xx两个项目 | exact 2 个 | - | figure | stated
一 | xx次 | withheld 次 | - | blank | withheld
一 | xx | withheld | - | blank | withheld
一 | xxx平方公里 | withheld 平方公里 | - | blank | withheld
一 | xx就占了80% | exact 80 % | - | figure | stated
一 | xx多 | withheld | - | blank | withheld
一 | 大量的xx | withheld | - | blank | withheld
一 | 黄河北xx平方公里 | withheld 平方公里 | - | blank | withheld
二 | 3-5年 | range 3..5 年 | - | term | planned
二 | xx万余户 | withheld 万户 | - | blank | withheld
二 | xx万平方米 | withheld 万平方米 | - | blank | withheld
二2 | xx等搬迁 | withheld | - | blank | withheld
二3 | 尽快按时间进度实现清零 | - | ? | due | planned | 收尾项目清零时间
二3 | 尽快按时间进度实现清零 | - | ? | due | planned | 急需供地项目清零时间
二3 | 清零 | exact 0 个 | ? | target | planned
二4 | 一个整体项目 | exact 1 个 | - | figure | planned
二4 | “两大平台” | exact 2 家 | - | figure | stated
二4 | 成熟一批、组织一批、申报一批 | withheld 亿元 | - | blank | withheld
二4 | 项目资本金 | withheld 亿元 | - | blank | withheld
二4 | 上级财政奖补资金 | withheld 万元 | - | blank | withheld
二4 | 上级预算内投资补助资金 | withheld 万元 | - | blank | withheld
二4 | 专项建设基金 | withheld 亿元 | - | blank | withheld
二4 | 税费减免 | withheld 万元 | - | blank | withheld
二4 | 用地指标 | withheld 亩 | - | blank | withheld
二5 | 到2023年 | - | ..2023-12-31 | due | planned | 征收拆迁类项目目标年
二5 | 征收拆迁类项目x个 | withheld 个 | ..2023-12-31 | blank | withheld
二5 | 到2023年 | - | ..2023-12-31 | due | planned | 保留提升类项目目标年
二5 | 老旧小区保留提升类项目x个 | withheld 个 | ..2023-12-31 | blank | withheld
二5 | 尽快破除 | - | ? | due | planned | 破除瓶颈的时限
二5 | xx等项目 | withheld 个 | - | blank | withheld
二5 | xx等片区 | withheld 个 | - | blank | withheld
二5 | xx等已供地片区 | withheld 个 | - | blank | withheld
三 | 两大类 | exact 2 类 | - | figure | stated
结语 | “xx”现代化国际大都市 | withheld | - | blank | withheld
""",
    "003": """
标题 | 20211125 | - | 2021-11-25 | figure | stated
引言 | X月X日 | withheld | - | blank | withheld
一（成绩）1 | 达X% | withheld % | ? | blank | withheld
一（成绩）1 | X个百分点 | withheld 个百分点 | ? | blank | withheld
一（成绩）2 | 一些棚改遗留问题得到解决 | - | ? | outcome | in_hand | 部分棚改遗留已解决
一（成绩）2 | 化解 | - | ? | outcome | done | 规划土地遗留问题已化解
一（成绩）2 | 遗留问题X个 | withheld 个 | ? | blank | withheld
一（成绩）2 | 重新启动建设 | - | ? | outcome | done | 停滞棚改已复工
一（成绩）2 | X个因资金断裂等多种原因 | withheld 个 | ? | blank | withheld
一（成绩）2 | 问题楼盘得到解决 | - | ? | outcome | done | 问题楼盘已解决
一（成绩）2 | X个问题楼盘 | withheld 个 | ? | blank | withheld
一（成绩）2 | 一批城建重点项目 | - | ? | outcome | done | 城建重点项目已建成
一（成绩）3 | 民生“X”工程 | withheld | - | blank | withheld
一（成绩）4 | 已经顺利启动 | - | ? | outcome | done | 古城开发已启动
一（成绩） | 市辖区组第一名 | exact 1 | - | figure | stated
一（问题） | 最突出的问题有X个 | withheld 个 | - | blank | withheld
一（问题）2 | 许昌X个县市 | withheld 个 | - | blank | withheld
一（问题）2 | “X+X”ppp协议试点 | withheld | - | blank | withheld
一（问题）2 | X万平方米 | withheld 万平方米 | - | comparable | withheld
一（问题）2 | 将近X亿元 | withheld 亿元 | - | comparable | withheld
一（问题）2 | X余户 | withheld 户 | - | comparable | withheld
一（问题）2 | 仅用了两个月时间 | exact 2 个月 | - | comparable | stated
一（问题）2 | X%货币化安置 | withheld % | - | comparable | withheld
一（问题）2 | X余套 | withheld 套 | - | comparable | withheld
一（问题）2 | X多亿元 | withheld 亿元 | 2026-01-01.. | comparable | withheld
一（问题）2 | 将近X亿元 | withheld 亿元 | - | comparable | withheld
一（机遇） | 时隔X年 | withheld 年 | - | blank | withheld
一（机遇） | X% | withheld % | - | comparable | withheld
一（机遇） | 今后X年是关键期 | withheld 年 | - | blank | withheld
一（机遇） | X年后 | withheld 年 | - | blank | withheld
二 | 尽快 | - | ? | due | planned | 打开古城建设新局面时间
二 | 阅读全文 | withheld | - | blank | withheld
""",
    "004": """
一（三） | X等经营实体 | withheld 家 | - | blank | withheld
一（三） | X等一批新经济平台 | withheld 家 | - | blank | withheld
一（四） | 棚改贷款X亿元 | withheld 亿元 | - | blank | withheld
一（四） | X万套 | withheld 万套 | - | blank | withheld
一（四） | X万平方米 | withheld 万平方米 | - | blank | withheld
一（四） | 中央专项补助资金X亿元 | withheld 亿元 | - | blank | withheld
一（四） | 到位X亿元 | withheld 亿元 | - | blank | withheld
一（四） | 流转土地X亩 | withheld 亩 | - | blank | withheld
一（四） | 净收益X亿多元 | withheld 亿元 | - | blank | withheld
一（五） | 双重组织架构 | exact 2 个 | - | figure | done
二（一）1 | 三条红线 | exact 3 条 | - | figure | planned
二（一）1 | 两大规划 | exact 2 个 | - | figure | planned
二（一）1 | 今年 | - | 2026 | due | planned | 延塞一体化规划编制时间
二（一）1 | 今年 | - | 2026 | due | planned | 延甘一体化规划编制时间
二（一）1 | 今年 | - | 2026 | due | planned | 临空经济区规划细化时间
二（一）1 | 今年 | - | 2026 | due | planned | 子长副中心研究时间
二（一）1 | 今年 | - | 2026 | due | planned | 黄陵副中心研究时间
二（一）1 | 两个区域副中心 | exact 2 个 | - | figure | planned
二（一）2 | 尽快增编 | - | ? | due | planned | 规划修订增编时间
二（一）2 | 力争今年 | - | 2026 | due | sought | 城市设计全覆盖时间
二（一）2 | 全覆盖 | exact 100 % | 2026 | target | sought
二（一）3 | 两个城市公园 | exact 2 个 | - | comparable | stated
二（二）1 | 尽快 | - | ? | due | planned | 以奖代补细则拟订时间
二（二）1 | 力争在上半年 | - | 2026-01-01..2026-06-30 | due | sought | 现场观摩会时间
二（二）1 | 一次 | exact 1 次 | - | figure | sought
二（二）1 | 今年 | - | 2026 | due | planned | 停车设施建设时间
二（二）1 | 一批 | withheld 座 | 2026 | blank | withheld
二（二）1 | 今年 | - | 2026 | due | planned | 智慧停车引进时间
二（二）2 | 市县两级 | exact 2 级 | - | figure | planned
二（二）2 | 一定奖补资金 | withheld 万元 | - | blank | withheld
二（二）2 | “15分钟”生活圈 | exact 15 分钟 | - | term | planned
二（二）4 | 一定比例 | withheld % | - | blank | withheld
二（三）1 | “两个创建” | exact 2 个 | - | figure | planned
二（三）1 | 1—2个 | range 1..2 个 | - | target | sought
二（三）3 | 三大主体 | exact 3 类 | - | figure | planned
三（一） | 3—5年 | range 3..5 年 | - | term | planned
三（二）1 | 时间节点 | withheld | - | blank | withheld
三（二）1 | 土地收益大幅提升 | withheld 亿元 | - | blank | withheld
三（二）2 | 不增加政府债务 | at_most ..0 亿元 | - | target | planned
三（二）3 | 政银企三方相向而行 | exact 3 个 | - | figure | planned
三（三）1 | 清零 | exact 0 个 | - | target | planned
三（三）2 | 连续发了两个 | exact 2 个 | - | figure | done
三（三）2 | 近期 | - | ? | due | planned | 建设工程治理部署时间
三（三）2 | 近期 | - | ? | due | planned | 城市运行治理部署时间
三（三）2 | 近期 | - | ? | due | planned | 地灾防治部署时间
三（三）2 | 3个专项治理 | exact 3 个 | - | figure | planned
三（三）2 | 坚决杜绝重特大事故 | exact 0 次 | - | target | planned
三（三）3 | 政府债务管理限额 | withheld 亿元 | - | blank | withheld
""",
}

WORKS = {
    "000": """规划调整工作已完成 规划调整方案已审议通过 棚改项目已列入 棚改实施主体已明确 方案征集推进中 拆迁腾退推进中
        分阶段规划设计 细化实施方案 遴选公园设计单位 区里成立领导机构 区级领导小组已成立 公园棚改指挥部 公园建设指挥部
        公园保障指挥部 国开行棚改专项资金 市级领导小组 转居、用地、配套政策 建设资金与手续 水源补给 市级部门业务指导
        湿地专家团队 保留建筑 多种水源 会商机制""",
    "001": """领导小组已成立 工作方案已印发 公开招标选定 土专家队伍 意见反馈点 线上意见反馈平台 农业体系结构 县工业园
        永明工业园 刘营工业园 食品医药产业集群 绿色装配式建筑产业集群 综合医院 消防站 人民法庭 物流配送中心 养老育幼
        县域空间格局 向其他片区推广 产业交通互动 细化指标体系 传导至村级规划""",
    "002": """谋划储备 招商 用地指标 土地出让 更新设计 视廊 天际线 安置区 宅基地 一二级联动政策 带方案挂牌政策
        资金管理政策 融资需求 调度推进机制 台账 倒排工期 挂图作战 专人跟踪 立项手续 土地手续 环评手续 资源配置手续
        部分项目已签约 部分片区已拆迁完毕 征地 组卷报批 土地招拍挂 部分片区已供地 已供地片区建设 专班逐项目
        街道做好企业居民征迁 平台公司履行实施主体 市级最大支持 例会事项督办 通报周期 绩效评估标准 责任追究 业绩考核""",
    "003": """城镇化率在全市的位次 创卫复审已通过 全域旅游 水生态试点 游园广场 指挥部已组建 工作机制已完善
        前期规划准备不足 业态准备不足 运营准备不足 聚焦不够 重视不足 作风 合作试点已纳入 融资渠道 市级基金""",
    "004": """一主两副 一城两区 5A景区 双修试点 会商机制 安塞甘泉 提交人大 报常务会审定 考核评比 优先改造 维修资金
        复合街区 北关记忆街区 旧机场 比选方案 推进决策 历史街区 资金监管 有序供地 保障房 棚改租房群众 生态园林城市
        节水型城市 双创建实施方案 印发执行 城市大脑 数据交互 执法信息化 便捷利民 基础数据库 水电气暖 户外广告 杆线
        垃圾分类 市场化 实施计划周期 低效土地 片区综合开发 国企融资 专项债券 会商周期 督导周期 程序闭合 违建别墅
        景观亮化 人防系统 插手工程 案例藏 案例破 案例融 案例修 案例控 案例微""",
}
"""Works and requests with neither figure nor date, by words of their names."""
